using System.Collections.Concurrent;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Faults;

/// <summary>SIGTERM under load, as each rolling upgrade sends it.</summary>
public sealed class ShutdownTests(FaultCluster faults) : IClassFixture<FaultCluster>
{
    private const int Writers = 8;

    [Fact]
    public async Task Silos_that_are_asked_to_stop_one_after_the_other_answer_all_they_took_lose_nothing_and_forget_no_count()
    {
        var before = await Counted();
        using var stop = new CancellationTokenSource();
        var written = new ConcurrentDictionary<string, string>();
        var answered = 0;
        var writers = Enumerable.Range(0, Writers).Select(async writer =>
        {
            for (var n = 0; !stop.IsCancellationRequested; n++)
            {
                // Six sessions of its own, so that what was answered last is what must be there.
                var id = $"session-{writer * 6 + n % 6 + 1:000000}";
                var value = $"w{writer}-{n}";
                await faults.Gateway.Patch($"api/sessions/{id}", $"{{\"metadata\":{{\"v\":\"{value}\"}}}}").Ok();
                written[id] = value;
                Interlocked.Increment(ref answered);
            }
        }).ToList();
        foreach (var silo in faults.Cluster.Silos)
        {
            var seen = Volatile.Read(ref answered);
            await Eventually.Get(() => Task.FromResult(Volatile.Read(ref answered) - seen), more => more >= 50, TimeSpan.FromSeconds(30));
            Assert.Equal(0, await silo.StopAsync());
            await silo.RestartAsync();
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers);
        await faults.UntilNothingIsPending(TimeSpan.FromSeconds(30));
        Assert.Equal(Writers * 6, written.Count);
        foreach (var (id, value) in written) await faults.AssertBothSides(id, value);
        // Only what the silos that live now have counted is still to be added.
        await Eventually.Get(Counted, counted => counted - before >= answered, TimeSpan.FromSeconds(20));
        Assert.Equal(answered, await Counted() - before);
    }

    private async Task<long> Counted() => (await faults.Silo.Get("api/migration/dual-write-metrics").Ok()).Json["total_writes"]!.GetValue<long>();
}
