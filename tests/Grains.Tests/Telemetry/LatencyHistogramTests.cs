using CsCheck;
using GaiaOrleans.Grains.Telemetry;

namespace GaiaOrleans.Grains.Tests.Telemetry;

public sealed class LatencyHistogramTests
{
    private static readonly Gen<double[]> Latencies = Gen.Frequency(
        (2, Gen.Double[0.06, 2]), (3, Gen.Double[1, 100]), (1, Gen.Double[100, 60_000])).Array[1, 400];

    [Fact]
    public void Every_percentile_is_within_a_quarter_of_the_true_one() =>
        Gen.Select(Latencies, Gen.OneOf(Gen.Const(0.01), Gen.Const(0.5), Gen.Const(0.95), Gen.Const(0.99), Gen.Const(1.0))).Sample((latencies, share) =>
        {
            var sorted = latencies.Order().ToArray();
            var exact = sorted[Math.Max(0, (int)Math.Ceiling((share * sorted.Length) - 1e-9) - 1)];
            var found = LatencyHistogram.Percentile(Counts(latencies), share)!.Value;
            Assert.InRange(found, exact / 1.2501, exact * 1.2501);
        });

    [Fact]
    public void Merged_counts_are_those_of_all_recorded_together() =>
        Gen.Select(Latencies, Latencies).Sample((a, b) =>
            Assert.Equal(Counts([.. a, .. b]), Counts(a).Zip(Counts(b), (x, y) => x + y)));

    [Fact]
    public void Percentiles_rise_with_the_share() =>
        Gen.Select(Latencies, Gen.Double[0, 1], Gen.Double[0, 1]).Sample((latencies, a, b) =>
        {
            var counts = Counts(latencies);
            Assert.True(LatencyHistogram.Percentile(counts, Math.Min(a, b)) <= LatencyHistogram.Percentile(counts, Math.Max(a, b)));
        });

    [Fact]
    public void Without_data_there_is_no_percentile()
    {
        Assert.Null(LatencyHistogram.Percentile(new LatencyHistogram().Drain(), 0.95));
        Assert.Null(LatencyHistogram.Percentile([], 0.95));
    }

    [Fact]
    public void Draining_takes_what_was_counted_once()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(TimeSpan.FromMilliseconds(3));
        Assert.Equal(1, histogram.Drain().Sum());
        Assert.Equal(0, histogram.Drain().Sum());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(0.00001)]
    [InlineData(1e12)]
    public void Extremes_are_counted_in_the_outer_buckets(double ms)
    {
        var counts = Counts([ms]);
        Assert.Equal(1, counts[0] + counts[^1]);
    }

    [Fact]
    public async Task Nothing_is_lost_when_many_record_and_one_drains()
    {
        var histogram = new LatencyHistogram();
        long drained = 0;
        await Parallel.ForAsync(0, 8, (i, _) =>
        {
            for (var n = 0; n < 5_000; n++)
            {
                histogram.Record(TimeSpan.FromMilliseconds(i));
                if (n % 100 == 0) Interlocked.Add(ref drained, histogram.Drain().Sum());
            }

            return ValueTask.CompletedTask;
        });
        Assert.Equal(40_000, drained + histogram.Drain().Sum());
    }

    private static long[] Counts(IEnumerable<double> latencies)
    {
        var histogram = new LatencyHistogram();
        foreach (var ms in latencies) histogram.Record(TimeSpan.FromMilliseconds(ms));
        return histogram.Drain();
    }
}
