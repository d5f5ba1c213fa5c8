using System.Globalization;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;
using Xunit.Abstractions;

namespace GaiaOrleans.EndToEnd.Tests.Rollouts;

/// <summary>When a change of the split has returned it is in force everywhere, also where a gateway was frozen and heard nothing of it.</summary>
public sealed class FencedSplitTests(ITestOutputHelper output)
{
    private const int Changes = 200;
    private const int Seed = 5;

    // Each waits for the frozen gateway's lease to end: about five seconds together.
    private const int ChangesWhileFrozen = 2;
    private static readonly TimeSpan AfterTheStop = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Nothing_is_answered_or_committed_under_a_split_that_is_over()
    {
        await using var cluster = await LocalCluster.StartAsync(sessions: FenceLoad.Sessions, settings: Unhurried.Settings);
        var silo = new Http(cluster.Silos[0].Url);
        await silo.Post("api/migration/dual-write", """{"enabled":true,"reason":"tests"}""").Ok();
        var load = FenceLoad.Start(cluster, clients: 12);
        var random = new Random(Seed);
        var stops = Enumerable.Range(0, 2).Select(i => random.Next(20 + 80 * i, 80 + 80 * i)).ToHashSet();
        var frozen = new List<(long From, long To)>();
        var returned = new List<Returned>();
        var quiet = new List<double>();
        var waited = new List<double>();
        decimal percentage = 0;

        for (var i = 0; i < Changes; i++)
        {
            if (!stops.Contains(i))
            {
                await Change(quiet);
                continue;
            }

            var from = TimeProvider.System.GetTimestamp();
            await cluster.Gateway.SuspendAsync();
            for (var n = 0; n < ChangesWhileFrozen; n++, i++) await Change(waited);
            cluster.Gateway.Resume();
            frozen.Add((from, TimeProvider.System.GetTimestamp() + (long)(AfterTheStop.TotalSeconds * TimeProvider.System.TimestampFrequency)));
        }

        await load.Stop();
        output.WriteLine($"{load.Seen.Count} answers, {load.Seen.Count(s => s.Write)} of writes, {FenceCheck.Overtaken(load.Seen, returned)} overtaken by a change on their way");
        output.WriteLine($"{quiet.Count} changes: median {Median(quiet):0} ms, longest {quiet.Max():0} ms; {waited.Count} past a frozen gateway: median {Median(waited):0} ms, longest {waited.Max():0} ms");
        // What says nothing of its epoch or version proves nothing.
        Assert.All(load.Seen.Where(s => s.Status == 200), s => Assert.True(s.Epoch is not null && (!s.Write || s.Version is not null), $"{s}"));
        Assert.True(load.Seen.Select(s => s.Epoch).Distinct().Count() > Changes / 2, "most epochs were seen");
        Assert.Empty(FenceCheck.OldAnswers(load.Seen, returned));
        Assert.Empty(FenceCheck.LateCommits(load.Seen, returned));
        Assert.DoesNotContain(load.Refused, s => s.Gateway != GatewayProcess.DefaultName || !frozen.Any(f => s.Received >= f.From && s.Sent <= f.To));
        Assert.True(load.Seen.Count(s => s.Gateway == GatewayProcess.DefaultName && s.Sent > frozen[^1].From && s.Status == 200) > 10, "the gateway serves again");
        await Eventually.Get(async () => (await silo.Get("api/migration/sync-lag").Ok()).Json["pending"]!.GetValue<long>(), pending => pending == 0, TimeSpan.FromSeconds(30));
        Assert.Empty(await load.Lost(silo));
        Assert.Empty(await load.Lost(new(cluster.Legacy.Url)));

        async Task Change(List<double> durations)
        {
            var to = Next();
            var answer = to < percentage && random.Next(2) == 0
                ? await silo.Post("api/migration/rollback", string.Create(CultureInfo.InvariantCulture, $$"""{"to_percentage":{{to}},"drain_timeout_s":0,"reason":"fence"}""")).Ok()
                : await silo.Post("api/traffic-split", string.Create(CultureInfo.InvariantCulture, $$"""{"go_percentage":{{to}},"python_percentage":{{100 - to}},"force":true,"reason":"fence"}""")).Ok();
            returned.Add(new(answer.Json["epoch"]!.GetValue<long>(), TimeProvider.System.GetTimestamp()));
            durations.Add(answer.Json["took_ms"]!.GetValue<double>());
            percentage = to;
        }

        decimal Next()
        {
            while (true)
                if (random.Next(10_001) / 100m is var next && next != percentage)
                    return next;
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
