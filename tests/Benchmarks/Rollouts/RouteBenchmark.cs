using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using GaiaOrleans.Benchmarks.Results;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Rollouts;

namespace GaiaOrleans.Benchmarks.Rollouts;

/// <summary>What the decision about a side adds to a request, beside finding the session in a table of all of them.</summary>
internal sealed class RouteBenchmark : Benchmark
{
    private const int Ids = 100_000;
    private const double GoalNs = 1_000;

    public override string Name => "route";

    public override Task<Row> Measure(BenchSize size, CancellationToken cancellation)
    {
        var rollout = new RolloutState(
            1, 1, 1, 1, RolloutPhase.GradualRollout, 50, new(true, false, DualWriteMode.GoLeads, AckPolicy.Both), default, 4711, null, DateTimeOffset.UnixEpoch, "bench", DateTimeOffset.UnixEpoch);
        var ids = Enumerable.Range(0, Ids).Select(i => string.Create(CultureInfo.InvariantCulture, $"session-{i:x8}")).ToArray();
        var sides = new ConcurrentDictionary<string, Side>(ids.Select(id => KeyValuePair.Create(id, SplitRule.SideOf(id, rollout))));
        var rounds = new List<(double, double)>();
        var allocated = 0L;
        // The first rounds are the compiler's.
        for (var i = -3; i < size.Rounds; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var ours = NsEach(ids, id => SplitRule.SideOf(id, rollout));
            if (i >= 0) allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            var theirs = NsEach(ids, id => sides[id]);
            if (i >= 0) rounds.Add((ours, theirs));
        }

        // The measurement's own closure is all that a round may allocate.
        var each = (double)allocated / (size.Rounds * Ids);
        return Task.FromResult(Row.Of(
            Name, "ns", rounds, "≤ 1 000 ns, 0 bytes", (ours, _) => ours <= GoalNs && each < 0.1,
            string.Create(CultureInfo.InvariantCulture, $"one decision over {Ids} ids, {each:0.00} bytes allocated for each; theirs: looking the id up in a ConcurrentDictionary that holds every side")));
    }

    private static double NsEach(string[] ids, Func<string, Side> side)
    {
        var go = 0;
        var started = Stopwatch.GetTimestamp();
        foreach (var id in ids)
            if (side(id) == Side.Go)
                go++;
        var ns = Stopwatch.GetElapsedTime(started).TotalNanoseconds / ids.Length;
        return go is > 0 and < Ids ? ns : throw new BenchFailedException("at 50 % every session went to one side");
    }
}
