using GaiaOrleans.Grains.Telemetry;

namespace GaiaOrleans.Grains.Windows;

/// <summary>What was counted about one side.</summary>
/// <param name="Requests">Session requests that were charged to it.</param>
/// <param name="Errors">Those of them that were answered 5xx.</param>
/// <param name="Calls">Calls to it alone: commits of the target, writes sent to GAIA_HOME. Both sides take every write, so their latencies compare like with like; reads do not.</param>
/// <param name="FailedCalls">Those that did not succeed, whatever their client was answered.</param>
public sealed record SideCounts(long Requests, long Errors, long Calls, long FailedCalls)
{
    public static readonly SideCounts None = new(0, 0, 0, 0);

    /// <summary>0 to 1; null without a request.</summary>
    public double? ErrorRate => Requests == 0 ? null : (double)Errors / Requests;

    public static SideCounts operator +(SideCounts a, SideCounts b) => new(a.Requests + b.Requests, a.Errors + b.Errors, a.Calls + b.Calls, a.FailedCalls + b.FailedCalls);
}

/// <summary>What was counted in a time: dual writes by their first outcome, sessions adopted, and each side.</summary>
public sealed record WindowCounts(long Total, long Successful, long Partial, long Failed, long Adopted, SideCounts Go, SideCounts Python)
{
    public static readonly WindowCounts None = new(0, 0, 0, 0, 0, SideCounts.None, SideCounts.None);

    /// <summary>Share of dual writes that both sides took at the first attempt, 0 to 1; null without one.</summary>
    public double? DualWriteSuccess => Total == 0 ? null : (double)Successful / Total;

    public static WindowCounts operator +(WindowCounts a, WindowCounts b) => new(
        a.Total + b.Total, a.Successful + b.Successful, a.Partial + b.Partial, a.Failed + b.Failed, a.Adopted + b.Adopted, a.Go + b.Go, a.Python + b.Python);
}

/// <summary>Durations in the buckets of <see cref="LatencyHistogram"/>: of a side, the calls to it alone that succeeded; of a dual write, as its client saw it.</summary>
public sealed record WindowLatencies(long[] Go, long[] Python, long[] DualWrite)
{
    public static WindowLatencies None => new(new long[LatencyHistogram.Buckets], new long[LatencyHistogram.Buckets], new long[LatencyHistogram.Buckets]);

    public static WindowLatencies operator +(WindowLatencies a, WindowLatencies b) => Sum([a, b]);

    public static WindowLatencies Sum(IEnumerable<WindowLatencies> all)
    {
        var sum = None;
        foreach (var one in all)
        {
            Add(sum.Go, one.Go);
            Add(sum.Python, one.Python);
            Add(sum.DualWrite, one.DualWrite);
        }

        return sum;
    }

    private static void Add(long[] sum, long[] counts)
    {
        for (var i = 0; i < Math.Min(sum.Length, counts.Length); i++) sum[i] += counts[i];
    }
}
