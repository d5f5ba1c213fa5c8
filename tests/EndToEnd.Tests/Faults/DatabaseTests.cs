using System.Net;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.EndToEnd.Tests.Runs;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Faults;

/// <summary>PostgreSQL killed under a running cluster. Chaos, seed 101: afterwards each broken connection of Orleans' own storage cost an operator's request a 500.</summary>
public sealed class DatabaseTests(FaultCluster faults) : IClassFixture<FaultCluster>
{
    [Fact]
    public async Task What_was_acknowledged_survives_and_the_silos_recover_by_themselves()
    {
        var written = new Dictionary<string, int>();
        var count = 0;
        for (; count < 50; count++) await Write(count);
        await Migrated();
        await faults.Cluster.Postgres.KillAsync();
        var refused = await faults.Gateway.Patch("api/sessions/session-000050", """{"metadata":{"v":"while down"}}""");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.True(refused.Code is "lead_unavailable" or "outcome_unknown", refused.ToString());
        Assert.Contains("Retry-After", refused.Headers.Keys);
        var silo = new Http(faults.Cluster.Silos[0].Url);
        var notStarted = await silo.Post("api/migration/runs", """{"kind":"migrate"}""");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "lead_unavailable"), (notStarted.Status, notStarted.Code));
        await Eventually.Get(async () => (await silo.Get("health/ready")).Status, s => s == HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(30));
        var sides = (await silo.Get("api/migration/dual-write-health").Ok()).Json;
        Assert.Equal(("unhealthy", false, true), (sides["status"]!.GetValue<string>(), sides["go"]!["reachable"]!.GetValue<bool>(), sides["python"]!["reachable"]!.GetValue<bool>()));

        await faults.Cluster.Postgres.StartAgainAsync();
        foreach (var each in faults.Cluster.Silos)
            await Eventually.Get(async () => (await new Http(each.Url).Get("health/ready")).Status, s => s == HttpStatusCode.OK, TimeSpan.FromSeconds(30));
        foreach (var (id, value) in written)
            Assert.Equal((id, $"{value}"), (id, await faults.Stored(id, "v")));
        await Write(count);
        await Migrated();
        await faults.UntilNothingIsPending(TimeSpan.FromSeconds(30));

        // Grains whose state Orleans keeps: their connections are as broken as the sessions'.
        async Task Migrated()
        {
            await faults.Cluster.StartRun("""{"kind":"migrate"}""");
            await faults.Cluster.Completed("migrate");
        }

        async Task Write(int n)
        {
            var id = $"session-{n % 20 + 1:000000}";
            await faults.Gateway.Patch($"api/sessions/{id}", $"{{\"metadata\":{{\"v\":\"{n}\"}}}}").Ok();
            written[id] = n;
        }
    }
}
