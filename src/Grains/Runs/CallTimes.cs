using GaiaOrleans.Grains.Telemetry;

namespace GaiaOrleans.Grains.Runs;

/// <summary>How long the calls of one page took.</summary>
public sealed class CallTimes(TimeProvider time)
{
    private readonly LatencyHistogram _histogram = new();

    public double? P95Ms => LatencyHistogram.Percentile(_histogram.Drain(), 0.95);

    public async Task<T> Measure<T>(Func<Task<T>> call)
    {
        var started = time.GetTimestamp();
        var result = await call();
        _histogram.Record(time.GetElapsedTime(started));
        return result;
    }
}
