
namespace GaiaOrleans.EndToEnd.Tests.Faults;

/// <summary>
/// A silo that is gone at once, or stands still. Clients of the others, and of the standalone gateway, wait and are served: no request fails, no
/// acknowledged change is lost, none is applied twice. How long they wait is measured by <c>./gaia bench failover freeze</c>.
/// </summary>
public sealed class LostSiloTests(FaultCluster faults) : IClassFixture<FaultCluster>
{
    private const int Clients = 24;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task The_sessions_of_a_killed_silo_are_served_by_the_others()
    {
        var silo = faults.Cluster.Silos[1];
        await Lose("killed", silo.Url, () => silo.KillAsync(), () => silo.RestartAsync());
    }

    [Fact]
    public async Task The_sessions_of_a_frozen_silo_are_served_by_the_others_and_it_does_not_come_back_as_if_nothing_had_happened()
    {
        var silo = faults.Cluster.Silos[2];
        await Lose("frozen", silo.Url, () => silo.SuspendAsync(), async () =>
        {
            silo.Resume();
            // It reads of its own death and ends, for its supervisor to start it again.
            await silo.WaitForExitAsync(new CancellationTokenSource(Patience).Token);
            await silo.RestartAsync();
        });
    }

    private async Task Lose(string prefix, Uri lost, Func<Task> strike, Func<Task> bringBack)
    {
        var clients = SessionClients.Start(prefix, Clients, [faults.Cluster.Gateway.Url, .. faults.Cluster.Silos.Select(s => s.Url).Where(u => u != lost)]);
        await Testbed.Eventually.Get(() => Task.FromResult(clients.Changes), changes => changes >= Clients * 10, Patience);
        await strike();
        await clients.UntilAllAreServed(Patience);
        await bringBack();
        await clients.UntilAllAreServed(Patience);
        await clients.Stop();
        Assert.True(clients.Troubles.Count == 0, string.Join("\n", clients.Troubles));
        await faults.UntilNothingIsPending(Patience);
        await clients.AssertStored(faults);
        await clients.AssertShownBy(faults.Legacy);
    }
}
