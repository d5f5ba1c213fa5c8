using System.Collections.Concurrent;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Faults;

/// <summary>SIGTERM under load, as each rolling upgrade sends it.</summary>
public sealed class ShutdownTests(FaultCluster faults) : IClassFixture<FaultCluster>
{
    private const int Writers = 8;

    // Some hundred writes come by while a silo leaves; more would keep it from its processor, which one that starts needs as well.
    private static readonly TimeSpan Thought = TimeSpan.FromMilliseconds(25);

    [Fact]
    public async Task Silos_that_are_asked_to_stop_one_after_the_other_answer_all_they_took_lose_nothing_and_forget_no_count()
    {
        var before = await Counted();
        using var stop = new CancellationTokenSource();
        var written = new ConcurrentDictionary<string, string>();
        var writers = Enumerable.Range(0, Writers).Select(async writer =>
        {
            using var pace = new PeriodicTimer(Thought);
            for (var n = 0; !stop.IsCancellationRequested; n++)
            {
                await pace.WaitForNextTickAsync(CancellationToken.None);
                var (id, value) = ($"stop-{writer}-{n:0000}", $"w{writer}-{n}");
                await faults.Gateway.Put($"api/sessions/{id}", $"{{\"metadata\":{{\"v\":\"{value}\"}}}}").Ok();
                written[id] = value;
            }
        }).ToList();
        foreach (var silo in faults.Cluster.Silos)
        {
            var seen = written.Count;
            await Eventually.Get(() => Task.FromResult(written.Count - seen), more => more >= 50, TimeSpan.FromSeconds(30));
            Assert.Equal(0, await silo.StopAsync());
            await silo.RestartAsync();
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers);
        await faults.UntilNothingIsPending(TimeSpan.FromSeconds(30));
        var expected = written.OrderBy(w => w.Key, StringComparer.Ordinal).ToList();
        foreach (var side in new[] { faults.Gateway, faults.Legacy }) Assert.Equal(expected, await Shown(side));
        // What the silos that live now have counted is added every five seconds.
        await Eventually.Get(Counted, counted => counted - before >= written.Count, TimeSpan.FromSeconds(20));
        Assert.Equal(written.Count, await Counted() - before);
    }

    private static async Task<List<KeyValuePair<string, string>>> Shown(Http side) =>
    [
        .. (await side.Get("api/sessions").Ok()).Json.AsArray()
            .Where(s => s!["id"]!.GetValue<string>().StartsWith("stop-", StringComparison.Ordinal))
            .Select(s => KeyValuePair.Create(s!["id"]!.GetValue<string>(), s["metadata"]!["v"]!.GetValue<string>()))
            .OrderBy(s => s.Key, StringComparer.Ordinal),
    ];

    private async Task<long> Counted() => (await faults.Silo.Get("api/migration/dual-write-metrics").Ok()).Json["total_writes"]!.GetValue<long>();
}
