using System.Net;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;
using Npgsql;

namespace GaiaOrleans.EndToEnd.Tests.Rollouts;

/// <summary>The silo that coordinates a rollback is killed, or the database goes away, in the middle of it: it is finished, and nothing is lost.</summary>
public sealed class RollbackKillTests
{
    private const int Sessions = 1_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] Put = ["PUT"];

    [Fact]
    public async Task A_thousand_pending_sessions_are_served_by_the_target_until_legacy_has_them()
    {
        await using var cluster = await CutOver(Sessions);
        var (gateway, legacy) = (new Http(cluster.Gateway.Url), new Http(cluster.Legacy.Url));
        await cluster.Legacy.SetFaultsAsync(new { refuse_writes = 503, only = new { methods = Put } });
        await Parallel.ForAsync(0, Sessions, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (n, _) => await gateway.Patch(Path(n), $$"""{"note":"{{n}}"}""").Ok());
        var generation = (await Silo(cluster).Get("api/migration/dual-write").Ok()).Json["generation"]!.GetValue<long>();

        var draining = Ask(() => Silo(cluster).Post("api/migration/rollback", """{"drain_timeout_s":5,"reason":"tests"}"""));
        await Split(cluster, 0);
        await (await Coordinator(cluster)).KillAsync();
        await draining;
        for (var n = 0; n < Sessions; n += 50)
        {
            var read = await Eventually.Get(() => gateway.Get(Path(n)), a => a.Status == HttpStatusCode.OK, Patience);
            Assert.Equal(("go", $"{n}"), (read.Headers["X-Gaia-Served-By"], read.Json["note"]!.GetValue<string>()));
        }

        await cluster.Legacy.ClearFaultsAsync();
        // What the killed silo had sent may come late, which is waited for as well.
        await Eventually.Get(
            () => Silo(cluster).Post("api/migration/rollback", """{"drain_timeout_s":20,"reason":"tests"}"""),
            a => a.Status == HttpStatusCode.OK && a.Json["drained"]!.GetValue<bool>() && a.Json["pending"]!.GetValue<int>() == 0, 2 * Patience);
        for (var n = 0; n < Sessions; n++)
        {
            var read = await gateway.Get(Path(n)).Ok();
            Assert.Equal(("python", $"{n}"), (read.Headers["X-Gaia-Served-By"], read.Json["note"]!.GetValue<string>()));
        }

        await Silo(cluster).Post("api/traffic-split", """{"go_percentage":100,"python_percentage":0,"force":true,"reason":"tests"}""").Ok();
        Assert.Equal(("go", "7"), await gateway.Get(Path(7)).Ok() is var back ? (back.Headers["X-Gaia-Served-By"], back.Json["note"]!.GetValue<string>()) : default);
        // Nothing had to be copied again: no row became stale.
        Assert.Equal(generation, (await Silo(cluster).Get("api/migration/dual-write").Ok()).Json["generation"]!.GetValue<long>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_between_the_flip_and_its_fence_it_is_finished_by_the_next_coordinator(bool database)
    {
        await using var cluster = await CutOver(10);
        var gateway = new Http(cluster.Gateway.Url);
        // The fence waits for it, which gives the time to strike.
        await cluster.Gateway.SuspendAsync();
        var rollback = Ask(() => Silo(cluster).Post("api/migration/rollback", """{"reason":"tests"}"""));
        await Eventually.Get(() => RolloutRow(cluster, "go_percentage = 0 AND fenced_epoch < epoch"), half => half, Patience);
        if (database)
        {
            await cluster.Postgres.KillAsync();
            await cluster.Postgres.StartAgainAsync();
        }
        else
        {
            await (await Coordinator(cluster)).KillAsync();
        }

        cluster.Gateway.Resume();
        await rollback;
        await Eventually.Get(() => RolloutRow(cluster, "go_percentage = 0 AND fenced_epoch = epoch AND NOT closing"), whole => whole, Patience);
        var read = await Eventually.Get(() => gateway.Get(Path(3)), a => a.Status == HttpStatusCode.OK && a.Headers["X-Gaia-Served-By"] == "python", Patience);
        Assert.Equal("before", read.Json["note"]!.GetValue<string>());
        var again = await Eventually.Get(() => Silo(cluster).Post("api/migration/rollback", """{"reason":"tests"}"""), a => a.Status == HttpStatusCode.OK, Patience);
        Assert.Equal(0, again.Json["traffic"]!["go_percentage"]!.GetValue<int>());
    }

    private static async Task<LocalCluster> CutOver(int sessions)
    {
        var cluster = await LocalCluster.StartAsync(silos: 2, sessions: sessions, settings: new Dictionary<string, string?> { ["Sessions__LateRequests"] = "00:00:05" });
        var silo = new Http(cluster.Silos[0].Url);
        await silo.Post("api/migration/dual-write", """{"enabled":true,"reason":"tests"}""").Ok();
        // Nothing has to be asked of legacy any more, which will not answer for a while.
        await silo.Post("api/migration/runs", """{"kind":"migrate"}""").Ok();
        await Eventually.Get(async () => (await silo.Get("api/migration/runs/migrate").Ok()).Json["state"]!.GetValue<string>(), state => state == "completed", Patience);
        await silo.Post("api/traffic-split", """{"go_percentage":100,"python_percentage":0,"force":true,"reason":"tests"}""").Ok();
        await new Http(cluster.Gateway.Url).Patch(Path(3), """{"note":"before"}""").Ok();
        return cluster;
    }

    private static async Task<bool> RolloutRow(LocalCluster cluster, string holds)
    {
        await using var database = NpgsqlDataSource.Create(cluster.ConnectionString);
        await using var command = database.CreateCommand($"SELECT {holds} FROM rollout_state");
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    private static string Path(int n) => $"api/sessions/session-{n % Sessions + 1:000000}";

    private static Http Silo(LocalCluster cluster) => new(cluster.Silos.First(s => !s.HasExited).Url);

    private static Task Split(LocalCluster cluster, int percentage) => Eventually.Get(
        () => RolloutRow(cluster, $"go_percentage = {percentage} AND fenced_epoch = epoch"), there => there, Patience);

    /// <summary>The one that said last that it changed the rollout.</summary>
    private static Task<SiloProcess> Coordinator(LocalCluster cluster) => Eventually.Get(
        () => Task.FromResult(cluster.Silos.FirstOrDefault(s => !s.HasExited && s.Output.Any(line => line.Contains("migration split:", StringComparison.Ordinal)))!), s => s is not null, Patience);

    /// <summary>The answer is not what is looked at: whoever was to give it may be gone.</summary>
    private static async Task Ask(Func<Task<Answer>> request)
    {
        try
        {
            await request();
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            // The silo that was asked was killed.
        }
    }
}
