using System.Net;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Gateway.Emergencies;
using GaiaOrleans.Gateway.Tests.Hosts;

namespace GaiaOrleans.Gateway.Tests.Emergencies;

public sealed class EmergencyTests : IDisposable
{
    private const string On = """{"to":"python","confirm":"gw-1","reason":"the cluster is dead"}""", Off = """{"to":"off","confirm":"gw-1","reason":"it is back"}""";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gaia-emergency-");

    private string File => Path.Combine(_folder.FullName, "deep", "state.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("""{"confirm":"gw-1","reason":"why"}""", "to", "missing_field")]
    [InlineData("""{"to":"go","confirm":"gw-1","reason":"why"}""", "to", "invalid_field")]
    [InlineData("""{"to":"python","reason":"why"}""", "confirm", "invalid_field")]
    [InlineData("""{"to":"python","confirm":"gw-2","reason":"why"}""", "confirm", "invalid_field")]
    [InlineData("""{"to":"python","confirm":"gw-1","reason":" "}""", "reason", "reason_required")]
    public async Task A_lever_that_was_not_meant_is_not_pulled(string body, string field, string code)
    {
        await using var host = await Ready();
        var reply = await Pull(host, body);
        Assert.Equal((HttpStatusCode.BadRequest, code), (reply.Status, (string?)reply.Json["code"]));
        Assert.NotNull(reply.Json["errors"]![field]);
        Assert.Null(host.Get<EmergencySwitch>().Current);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task Everything_goes_to_legacy_and_says_so_without_a_word_from_the_cluster()
    {
        var cluster = new ScriptedCluster { OnRegister = _ => new TimeoutException("The cluster is dead.") };
        await using var host = await GatewayHost.Start(cluster, Settings);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.Read("/api/sessions/s-1")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Pull(host, On)).Status);
        foreach (var (method, path) in ((HttpMethod, string)[])[(HttpMethod.Get, "/api/sessions/s-1"), (HttpMethod.Get, "/api/sessions"), (HttpMethod.Put, "/api/sessions/s-1"), (HttpMethod.Delete, "/api/sessions/s-1")])
        {
            var reply = await host.Send(method, path, method == HttpMethod.Put ? "{}" : null);
            Assert.Equal((HttpStatusCode.OK, "python", "python"), (reply.Status, reply.Headers["X-Gaia-Emergency"], reply.Headers["X-Gaia-Served-By"]));
        }

        Assert.Equal(4, host.Home.Requests.Count);
    }

    [Fact]
    public async Task It_outlives_the_process()
    {
        await using (var first = await Ready()) await Pull(first, On);
        await using var second = await Ready();
        Assert.Equal("the cluster is dead", (string?)(await second.Read("/api/gateway")).Json["emergency"]!["reason"]);
        Assert.Equal("python", (await second.Read("/api/sessions/s-1")).Headers["X-Gaia-Emergency"]);
        Assert.Contains(second.Cluster.Registrations, r => r.Emergency is { Reason: "the cluster is dead" });
    }

    [Fact]
    public async Task It_is_not_over_before_the_cluster_has_heard_of_it()
    {
        var cluster = new ScriptedCluster { Rollout = LegacyLeads, OnRegister = g => g.Emergency is null ? null : new TimeoutException("The cluster is dead.") };
        await using var host = await GatewayHost.Ready(cluster, Settings);
        await Pull(host, On);
        Assert.Equal(HttpStatusCode.Conflict, (await Pull(host, Off)).Status);
        cluster.OnRegister = _ => null;
        await Until(() => host.Get<EmergencySwitch>().Current!.Answered == 1);
        Assert.Equal(HttpStatusCode.OK, (await Pull(host, Off)).Status);
        Assert.DoesNotContain("X-Gaia-Emergency", (await host.Read("/api/sessions/s-1")).Headers.Keys);
        Assert.False(System.IO.File.Exists(File));
    }

    /// <summary>What is forwarded when the emergency ends is under way: dual-write turned on beside it would overlook it.</summary>
    [Fact]
    public async Task A_change_of_the_rollout_waits_for_what_was_forwarded()
    {
        await using var host = await Ready();
        await Pull(host, On);
        var (arrived, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        host.Home.Answer = async context =>
        {
            arrived.SetResult();
            await go.Task;
            await HomeDouble.Json(context, "{}");
        };
        var write = host.Send(HttpMethod.Put, "/api/sessions/s-1", "{}");
        await arrived.Task;
        await Until(() => host.Get<EmergencySwitch>().Current!.Answered == 1);
        Assert.Equal(HttpStatusCode.OK, (await Pull(host, Off)).Status);
        var change = host.Get<EmergencyObserver>().Apply(Some.Rollout(2));
        Assert.False(change.IsCompleted);
        go.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await write).Status);
        Assert.Equal(2, await change);
    }

    /// <summary>While it was away it may have been removed, and dual-write turned on.</summary>
    [Fact]
    public async Task The_next_process_asks_the_cluster_anew()
    {
        await using (var first = await Ready())
        {
            await Pull(first, On);
            await Until(() => first.Get<EmergencySwitch>().Current!.Answered == 1);
        }

        await using var second = await Ready();
        Assert.Null(second.Cluster.Registrations.First().Emergency!.Answered);
        await Until(() => second.Get<EmergencySwitch>().Current!.Answered == 1);
    }

    /// <summary>It was removed and dual-write turned on without it, or it was cut off: what it forwards since would be overlooked.</summary>
    [Fact]
    public async Task A_cluster_that_leads_again_is_told_again_and_it_is_not_over_before_that()
    {
        await using var host = await Ready();
        await Pull(host, On);
        await Until(() => host.Get<EmergencySwitch>().Current!.Answered == 1);
        host.Cluster.Registrations.Clear();
        host.Cluster.Rollout = Some.Rollout(2);
        await Until(() => host.Cluster.Registrations.Any(r => r.Emergency is { Answered: null }));
        Assert.Equal(HttpStatusCode.Conflict, (await Pull(host, Off)).Status);
        host.Cluster.Rollout = LegacyLeads with { Epoch = 3, Incarnation = 2 };
        await Until(() => host.Get<EmergencySwitch>().Current!.Answered == 2);
        Assert.Equal(HttpStatusCode.OK, (await Pull(host, Off)).Status);
    }

    /// <summary>The disk is full, which may be what has killed the cluster.</summary>
    [Fact]
    public async Task A_lever_moves_also_where_that_cannot_be_written_down()
    {
        await System.IO.File.WriteAllTextAsync(Path.GetDirectoryName(File)!, "a file where its folder should be");
        await using var host = await Ready();
        Assert.Equal(HttpStatusCode.OK, (await Pull(host, On)).Status);
        Assert.Equal("python", (await host.Read("/api/sessions/s-1")).Headers["X-Gaia-Emergency"]);
        await Until(() => host.Get<EmergencySwitch>().Current!.Answered == 1);
        Assert.Equal(HttpStatusCode.OK, (await Pull(host, Off)).Status);
        Assert.Null(host.Get<EmergencySwitch>().Current);
    }

    [Fact]
    public async Task It_ends_when_the_migration_was_completed_meanwhile()
    {
        await using (var first = await Ready()) await Pull(first, On);
        await using var second = await GatewayHost.Ready(new() { Rollout = Some.Rollout(percentage: 100) with { Phase = RolloutPhase.Completed } }, Settings);
        await Until(() => second.Get<EmergencySwitch>().Current is null);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task No_change_of_the_rollout_is_acknowledged_meanwhile()
    {
        await using var host = await Ready();
        var observer = host.Get<EmergencyObserver>();
        Assert.Equal(2, await observer.Apply(Some.Rollout(2)));
        await Pull(host, On);
        Assert.Equal(0, await observer.Apply(Some.Rollout(3)));
    }

    [Fact]
    public async Task After_the_migration_is_complete_there_is_nothing_to_go_back_to()
    {
        var cluster = new ScriptedCluster { Rollout = Some.Rollout(percentage: 100) with { Phase = RolloutPhase.Completed } };
        await using var host = await GatewayHost.Ready(cluster, Settings);
        Assert.Equal(HttpStatusCode.Conflict, (await Pull(host, On)).Status);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_stops_the_start()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        await System.IO.File.WriteAllTextAsync(File, "{ half");
        Assert.Contains("Gateway:StateFile", (await Assert.ThrowsAsync<InvalidOperationException>(Ready)).Message, StringComparison.Ordinal);
    }

    private (string, string?)[] Settings => [("Gateway:Name", "gw-1"), ("Gateway:StateFile", File), ("Gateway:Renew", "00:00:00.050")];

    // As the cluster answers who tells it of an emergency.
    private static RolloutState LegacyLeads => Some.Rollout() is var s ? s with { DualWrite = s.DualWrite with { Enabled = false } } : s;

    private Task<GatewayHost> Ready() => GatewayHost.Ready(new() { Rollout = LegacyLeads }, Settings);

    private static Task<Reply> Pull(GatewayHost host, string body) => host.Send(HttpMethod.Post, "/api/gateway/emergency", body);

    private static async Task Until(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition()) await timer.WaitForNextTickAsync(patience.Token);
    }
}
