using System.Diagnostics;
using GaiaOrleans.EndToEnd.Tests.Clusters;

namespace GaiaOrleans.EndToEnd.Tests.Faults;

/// <summary>GAIA_HOME away for thirty seconds under load.</summary>
public sealed class LegacyDownTests(FaultCluster faults) : IClassFixture<FaultCluster>
{
    static readonly TimeSpan Outage = TimeSpan.FromSeconds(30);
    static readonly TimeSpan Thought = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task Every_write_to_a_migrated_session_is_acknowledged_and_reaches_legacy_when_it_is_back()
    {
        await faults.Cluster.Legacy.KillAsync();
        var outage = Stopwatch.StartNew();
        var expected = new Dictionary<string, string>();
        var writers = Enumerable.Range(1, 8).Select(async writer =>
        {
            var last = new Dictionary<string, string>();
            using var pace = new PeriodicTimer(Thought);
            for (var n = 0; outage.Elapsed < Outage; n++)
            {
                await pace.WaitForNextTickAsync();
                var id = $"session-{(writer - 1) * 6 + n % 6 + 1:000000}";
                var value = $"w{writer}-{n}";
                var answer = await faults.Gateway.Patch($"api/sessions/{id}", $"{{\"metadata\":{{\"v\":\"{value}\"}}}}").Ok();
                Assert.Equal("partial", answer.Headers["X-Gaia-Dual-Write"]);
                last[id] = value;
            }

            return last;
        }).ToList();
        await Testbed.Eventually.Get(
            async () => (await faults.Silo.Get("api/migration/sync-lag").Ok()).Json["current_ms"]!.GetValue<double>(), lag => lag > 5_000, Outage);
        foreach (var last in await Task.WhenAll(writers))
            foreach (var (id, value) in last)
                expected[id] = value;

        await faults.Cluster.Legacy.RestartAsync();
        await faults.UntilNothingIsPending(TimeSpan.FromSeconds(60));
        Assert.Equal(0, (await faults.Silo.Get("api/migration/sync-lag").Ok()).Json["current_ms"]!.GetValue<double>());
        Assert.Equal(48, expected.Count);
        foreach (var (id, value) in expected) await faults.AssertBothSides(id, value);
        // Errors were kept once per failure, and are settled now.
        var errors = (await faults.Silo.Get("api/migration/errors?limit=1000").Ok()).Json["errors"]!.AsArray();
        Assert.NotEmpty(errors);
        await Testbed.Eventually.Get(
            async () => (await faults.Silo.Get("api/migration/errors?limit=1000").Ok()).Json["errors"]!.AsArray().Count(e => !e!["resolved"]!.GetValue<bool>()),
            open => open == 0, TimeSpan.FromSeconds(10));
    }
}
