namespace GaiaOrleans.Grains.Telemetry;

/// <summary>Counts of durations in fixed buckets, each a quarter wider than the one before: mergeable, storable, and exact to 25 %.</summary>
public sealed class LatencyHistogram
{
    public const int Buckets = 64;
    private const double SmallestMs = 0.05;
    private const double Growth = 1.25;

    private readonly long[] _counts = new long[Buckets];

    public void Record(TimeSpan duration) => Interlocked.Increment(ref _counts[BucketOf(duration.TotalMilliseconds)]);

    /// <summary>Takes what was counted since the last call.</summary>
    public long[] Drain()
    {
        var taken = new long[Buckets];
        for (var i = 0; i < Buckets; i++) taken[i] = Interlocked.Exchange(ref _counts[i], 0);
        return taken;
    }

    /// <summary>The value below which the given share of all counts lies, in milliseconds; null without data.</summary>
    public static double? Percentile(IReadOnlyList<long> counts, double share)
    {
        var total = counts.Sum();
        if (total == 0) return null;
        var rank = share * total;
        long below = 0;
        for (var i = 0; i < counts.Count; i++)
        {
            if (counts[i] > 0 && below + counts[i] >= rank)
            {
                var inside = (rank - below) / counts[i];
                return LowerMs(i) + (UpperMs(i) - LowerMs(i)) * inside;
            }

            below += counts[i];
        }

        return UpperMs(counts.Count - 1);
    }

    private static int BucketOf(double ms) =>
        ms <= SmallestMs ? 0 : Math.Min(Buckets - 1, 1 + (int)(Math.Log(ms / SmallestMs) / Math.Log(Growth)));

    private static double LowerMs(int bucket) => bucket == 0 ? 0 : SmallestMs * Math.Pow(Growth, bucket - 1);

    private static double UpperMs(int bucket) => SmallestMs * Math.Pow(Growth, bucket);
}
