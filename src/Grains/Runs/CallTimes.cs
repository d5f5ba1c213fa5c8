using GaiaOrleans.Grains.Telemetry;

namespace GaiaOrleans.Grains.Runs;

/// <summary>How long the calls of one page took.</summary>
public sealed class CallTimes(TimeProvider time)
{
    private readonly LatencyHistogram _histogram = new();
    private int _calls;
    private long _rows;
    private TimeSpan _rowsTook, _rowsLongest;

    public PageTimes Taken => new()
    {
        CallsP95Ms = LatencyHistogram.Percentile(_histogram.Drain(), 0.95),
        Calls = _calls,
        RowMs = _rows > 0 ? _rowsTook.TotalMilliseconds / _rows : null,
        RowsLongestMs = _rowsLongest.TotalMilliseconds,
        ListMs = List?.TotalMilliseconds,
    };

    /// <summary>Of the whole page of GAIA_HOME's list; null = there was none, or it was not a whole one.</summary>
    public TimeSpan? List { get; set; }

    /// <summary>What the page spent on work that no number of calls holds back.</summary>
    public TimeSpan Bulk { get; private set; }

    /// <summary>Of one session.</summary>
    public async Task<T> Measure<T>(Func<Task<T>> call)
    {
        _calls++;
        var started = time.GetTimestamp();
        var result = await call();
        _histogram.Record(time.GetElapsedTime(started));
        return result;
    }

    /// <summary>Of many rows at once.</summary>
    public async Task<T> MeasureRows<T>(int rows, Func<Task<T>> call)
    {
        var started = time.GetTimestamp();
        var result = await call();
        var took = time.GetElapsedTime(started);
        (_rows, _rowsTook) = (_rows + rows, _rowsTook + took);
        if (took > _rowsLongest) _rowsLongest = took;
        return result;
    }

    /// <summary>The part of a page that is not split into calls of which there could be fewer at once.</summary>
    public async Task<T> MeasureBulk<T>(Func<Task<T>> part)
    {
        var started = time.GetTimestamp();
        var result = await part();
        Bulk += time.GetElapsedTime(started);
        return result;
    }
}

/// <summary>What a run is paced by.</summary>
public readonly record struct PageTimes
{
    /// <summary>Of the calls of single sessions; null = there were none.</summary>
    public double? CallsP95Ms { get; init; }

    /// <summary>How many calls there were.</summary>
    public int Calls { get; init; }

    /// <summary>For each row of those that were read or written many at once; null = none was.</summary>
    public double? RowMs { get; init; }

    /// <summary>The longest that this took for as many as were read or written together.</summary>
    public double RowsLongestMs { get; init; }

    /// <summary>Null = no whole page was listed.</summary>
    public double? ListMs { get; init; }
}
