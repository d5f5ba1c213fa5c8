using GaiaOrleans.EndToEnd.Tests.Clusters;

namespace GaiaOrleans.EndToEnd.Tests.Faults;

/// <summary>SIGKILL of the silo that holds the session, in each window of a dual write: nothing is lost, nothing is doubled.</summary>
public sealed class KillWindowTests(FaultCluster faults) : IClassFixture<FaultCluster>
{
    static readonly TimeSpan Healing = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task After_the_commit_and_before_the_send()
    {
        const string id = "kill-before-send";
        await faults.Gateway.Put($"api/sessions/{id}", """{"metadata":{"v":"before"}}""").Ok();
        // A frozen legacy takes bytes into its socket and reads none; killing it then makes sure that nothing was ever received.
        await faults.Cluster.Legacy.SuspendAsync();
        var writing = faults.Gateway.Put($"api/sessions/{id}", """{"metadata":{"v":"after"}}""");
        var silo = await faults.LeaseOwner(id);
        await silo.KillAsync();
        await faults.Cluster.Legacy.RestartAsync();
        await Settled(id, writing, version: 2);
        await silo.RestartAsync();
    }

    [Fact]
    public async Task After_the_send_and_before_the_answer()
    {
        const string id = "kill-before-answer";
        await faults.Gateway.Put($"api/sessions/{id}", """{"metadata":{"v":"before"}}""").Ok();
        await faults.Cluster.Legacy.SetFaultsAsync(new { latency_ms = 1_500, only = new { ids = new[] { id } } });
        var writing = faults.Gateway.Put($"api/sessions/{id}", """{"metadata":{"v":"after"}}""");
        var silo = await faults.LeaseOwner(id);
        await Testbed.Eventually.Get(() => faults.Cluster.Legacy.AffectedAsync(), arrived => arrived >= 1, TimeSpan.FromSeconds(20));
        await silo.KillAsync();
        await faults.Cluster.Legacy.ClearFaultsAsync();
        await Settled(id, writing, version: 2);
        await silo.RestartAsync();
    }

    [Fact]
    public async Task After_the_answer_and_before_the_acknowledgement()
    {
        const string id = "kill-before-ack";
        await faults.Gateway.Put($"api/sessions/{id}", """{"metadata":{"v":"before"}}""").Ok();
        await Testbed.Eventually.Get(() => faults.Legacy.Get($"api/sessions/{id}"), there => there.Status == System.Net.HttpStatusCode.OK, TimeSpan.FromSeconds(20));
        await faults.Cluster.Legacy.SetFaultsAsync(new { apply_then = "hang", only = new { ids = new[] { id } } });
        var writing = faults.Gateway.Put($"api/sessions/{id}", """{"metadata":{"v":"after"}}""");
        var silo = await faults.LeaseOwner(id);
        // Legacy has applied it beside the one before, and says so to nobody: there is nothing that could be acknowledged.
        await Testbed.Eventually.Get(
            async () => (await faults.Legacy.Get($"__stats/writes?id={id}").Ok()).Json["PUT"]?.GetValue<int>() ?? 0, puts => puts >= 2, TimeSpan.FromSeconds(20));
        await silo.KillAsync();
        await faults.Cluster.Legacy.ClearFaultsAsync();
        await Settled(id, writing, version: 2);
        await silo.RestartAsync();
    }

    /// <summary>The gateway found out by itself what became of the write: the client got one proper answer to its one request.</summary>
    async Task Settled(string id, Task<Answer> writing, long version)
    {
        var answer = await writing.Ok();
        Assert.Equal($"\"{version}\"", answer.Headers["ETag"]);
        await faults.UntilNothingIsPending(Healing);
        await faults.AssertBothSides(id, "after");
        Assert.Equal(version, await faults.Version(id));
    }
}
