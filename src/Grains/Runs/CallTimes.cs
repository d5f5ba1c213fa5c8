using GaiaOrleans.Grains.Telemetry;

namespace GaiaOrleans.Grains.Runs;

/// <summary>How long the calls of one page took.</summary>
public sealed class CallTimes(TimeProvider time)
{
    private readonly LatencyHistogram _histogram = new();
    private int _calls;

    public PageTimes Taken => new(LatencyHistogram.Percentile(_histogram.Drain(), 0.95), _calls, List?.TotalMilliseconds);

    /// <summary>Of the whole page of GAIA_HOME's list; null = there was none, or it was not a whole one.</summary>
    public TimeSpan? List { get; set; }

    /// <summary>What the page spent on many sessions at once, which no number of calls holds back.</summary>
    public TimeSpan Bulk { get; private set; }

    /// <summary>Of a session, or a portion of them.</summary>
    public async Task<T> Measure<T>(Func<Task<T>> call)
    {
        Interlocked.Increment(ref _calls);
        var started = time.GetTimestamp();
        var result = await call();
        _histogram.Record(time.GetElapsedTime(started));
        return result;
    }

    /// <summary>The part of a page that works on many sessions at once.</summary>
    public async Task<T> MeasureBulk<T>(Func<Task<T>> part)
    {
        var started = time.GetTimestamp();
        var result = await part();
        Bulk += time.GetElapsedTime(started);
        return result;
    }
}

/// <summary>What a run is paced by.</summary>
/// <param name="CallsP95Ms">Null = there were no calls.</param>
/// <param name="Calls">How many.</param>
/// <param name="ListMs">Null = no whole page was listed.</param>
public readonly record struct PageTimes(double? CallsP95Ms, int Calls, double? ListMs);
