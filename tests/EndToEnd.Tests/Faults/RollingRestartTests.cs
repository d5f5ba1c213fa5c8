using System.Net;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Faults;

/// <summary>Every silo restarted under load, one after the other, as an upgrade does it: clients of the standalone gateway notice nothing.</summary>
public sealed class RollingRestartTests(FaultCluster faults) : IClassFixture<FaultCluster>
{
    private const int Clients = 24;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task No_request_fails_and_nothing_is_lost_or_done_twice()
    {
        var clients = SessionClients.Start("rolling", Clients, faults.Cluster.Gateway.Url);
        foreach (var silo in faults.Cluster.Silos)
        {
            var before = clients.Changes;
            // Sessions that have been changed many times within a minute: what they remember of requests must reach far enough.
            await Eventually.Get(() => Task.FromResult(clients.Changes - before), more => more >= Clients * 10, Patience);
            Assert.Equal(0, await silo.StopAsync());
            await clients.UntilAllAreServed(Patience);
            await silo.RestartAsync();
        }

        await clients.UntilAllAreServed(Patience);
        await clients.Stop();
        // As one text: whoever reads a failure needs the whole answer, which a collection's rendering cuts short.
        Assert.Equal("", string.Join('\n', clients.Troubles));
        await faults.UntilNothingIsPending(Patience);
        await clients.AssertStored(faults);
        await clients.AssertShownBy(faults.Legacy);
    }

    [Fact]
    public async Task A_silo_that_was_asked_to_stop_says_so_first_and_serves_meanwhile()
    {
        var silo = faults.Cluster.Silos[0];
        var http = new Http(silo.Url);
        var stopping = silo.StopAsync();
        var ready = await Eventually.Get(() => http.Get("health/ready"), a => a.Status == HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(30));
        Assert.True(ready.Json["leaving"]!.GetValue<bool>(), ready.ToString());
        await http.Patch("api/sessions/session-000001", """{"metadata":{"v":"while leaving"}}""").Ok();
        Assert.False(stopping.IsCompleted);
        Assert.Equal(0, await stopping);
        await silo.RestartAsync();
    }
}
