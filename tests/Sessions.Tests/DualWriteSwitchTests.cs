using System.Text.Json.Nodes;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Testbed;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Sessions.Tests;

/// <summary>Before dual-write is turned on, and while it is.</summary>
public sealed class DualWriteSwitchTests
{
    private const int Writers = 4;
    private static readonly string[] Put = ["PUT"];

    [Fact]
    public async Task GAIA_HOME_alone_answers_before_and_no_write_is_missed_by_the_switch()
    {
        await using var cluster = await LocalCluster.StartAsync(silos: 1, sessions: 5, settings: Unhurried.Settings);
        var (silo, legacy) = (new Http(cluster.Silos[0].Url), new Http(cluster.Legacy.Url));
        await using var service = await Service.Start(cluster, "before");
        var sessions = service.Sessions;

        var made = await sessions.Create(new() { ["id"] = "before", ["status"] = "idle" });
        Assert.Equal(("before", DualWriteOutcome.Off), (made.Id, made.DualWrite));
        Assert.Equal("idle", (await legacy.Get("api/sessions/before"))!["status"]!.GetValue<string>());
        await Assert.ThrowsAsync<SessionExistsException>(() => sessions.Create(new() { ["id"] = "before", ["status"] = "busy" }));
        await Assert.ThrowsAsync<UnknownSessionException>(() => sessions.Delete("nobody"));
        Assert.Null(await sessions.Get("nobody"));
        var ids = new List<string>();
        await foreach (var session in sessions.List()) ids.Add(session.Id);
        Assert.Equal((6, true), (ids.Count, ids.Contains("before")));

        // GAIA_HOME knows nothing of an attempt before, under dual-write: it would make a second session.
        var again = await service.Gateway.Send(new("POST", null, new() { ["id"] = "again", ["status"] = "idle" }, Unsettled: true), CancellationToken.None);
        Assert.IsType<ClosingException>(again.Problem);
        Assert.Null(await legacy.Get("api/sessions/again"));
        await LetsGo(sessions, cluster.Legacy, legacy);

        // One that has left is not waited for when dual-write is turned on: it must not forward another write.
        await using var gone = await Service.Start(cluster, "gone");
        await gone.Stop();
        await Assert.ThrowsAsync<LeaseLostException>(() => gone.Sessions.Patch("before", new() { ["status"] = "busy" }));
        Assert.Equal("idle", (await legacy.Get("api/sessions/before"))!["status"]!.GetValue<string>());

        for (var writer = 0; writer < Writers; writer++) await sessions.Create(new() { ["id"] = $"switched-{writer}", ["status"] = "idle" });
        using var enough = new CancellationTokenSource();
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            var n = 0;
            for (; !enough.IsCancellationRequested; n++) await sessions.Put($"switched-{writer}", new() { ["status"] = "idle", ["lesson_id"] = $"{n}" });
            return n - 1;
        }));
        await silo.Posted("api/migration/dual-write", """{"enabled":true,"mode":"go_leads","ack":"both","reason":"tests"}""");
        await Eventually.Get(() => sessions.Put("after", new() { ["status"] = "idle" }), c => c.DualWrite == DualWriteOutcome.Success, TimeSpan.FromSeconds(30));
        await enough.CancelAsync();
        var last = await writing;
        for (var writer = 0; writer < last.Length; writer++)
        {
            var both = (await silo.Get($"api/migration/sessions/switched-{writer}"))!;
            Assert.Equal(($"{last[writer]}", $"{last[writer]}"), (both["go_version"]!["lesson_id"]!.ToString(), both["python_version"]!["lesson_id"]!.ToString()));
        }
    }

    /// <summary>GAIA_HOME has the change and carries it out; whoever gave up does not wait for that.</summary>
    private static async Task LetsGo(GaiaSessions sessions, GaiaHomeProcess home, Http legacy)
    {
        using var patience = new CancellationTokenSource();
        await home.SetFaultsAsync(new { latency_ms = 8_000, only = new { methods = Put } });
        var changing = sessions.Put("before", new() { ["status"] = "away" }, cancellationToken: patience.Token);
        await Eventually.Get(Stats, stats => stats["requests"]!["PUT /api/sessions/{id}"] is not null, TimeSpan.FromSeconds(30));
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => changing);
        Assert.True((await Stats())["in_flight"]!.GetValue<int>() > 0, "it was let go when GAIA_HOME had answered");
        await home.ClearFaultsAsync();
        await Eventually.Get(async () => (await legacy.Get("api/sessions/before"))!["status"]!.GetValue<string>(), status => status == "away", TimeSpan.FromSeconds(30));
        await sessions.Put("before", new() { ["status"] = "idle" });

        async Task<JsonNode> Stats() => (await legacy.Get("__stats"))!;
    }

    [Theory]
    [InlineData("GaiaSessions:Patience", "01:00:00", "GaiaSessionsOptions.Patience")]
    [InlineData("Legacy:BaseUrl", "", "Legacy__BaseUrl")]
    [InlineData("Gateway:Lease", "01:00:00", "Lease")]
    public async Task A_wrong_setting_ends_the_start_and_is_named(string key, string value, string named)
    {
        using var host = Service.Build([("Gaia:Silos:0", "127.0.0.1:1"), ("Legacy:BaseUrl", "http://127.0.0.1:1"), (key, value)]);
        Assert.Contains(named, (await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_way_to_the_silos_there_is_no_start()
    {
        using var host = Service.Build(("Legacy:BaseUrl", "http://127.0.0.1:1"));
        Assert.Contains("Gaia__Silos__0", (await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync())).Message, StringComparison.Ordinal);
    }
}
