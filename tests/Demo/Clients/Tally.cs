using HdrHistogram;

namespace GaiaOrleans.Demo.Clients;

/// <summary>Counts and latencies of all clients of the process.</summary>
internal sealed class Tally
{
    private const long LongestMicros = 60_000_000;
    private readonly LongConcurrentHistogram _goReads = new(1, LongestMicros, 3);
    private readonly LongConcurrentHistogram _pythonReads = new(1, LongestMicros, 3);
    private readonly LongConcurrentHistogram _dualWrites = new(1, LongestMicros, 3);
    private long _reads, _readErrors, _staleReads, _acknowledged, _refused, _unknown, _failedRequests;

    public void Read(Answer answer)
    {
        Interlocked.Increment(ref _reads);
        if (answer.ServedBy is "go" or "python")
            Record(answer.ServedBy == "go" ? _goReads : _pythonReads, answer.Took);
    }

    public void ReadError() => Interlocked.Increment(ref _readErrors);

    public void StaleRead() => Interlocked.Increment(ref _staleReads);

    public void Acknowledged(Answer answer)
    {
        Interlocked.Increment(ref _acknowledged);
        if (answer.DualWrite is "success" or "partial" or "pending")
            Record(_dualWrites, answer.Took);
    }

    public void Refused() => Interlocked.Increment(ref _refused);

    public void Unknown() => Interlocked.Increment(ref _unknown);

    public void RequestFailed() => Interlocked.Increment(ref _failedRequests);

    public ClientsReport Report(string kind) => new(
        kind, Interlocked.Read(ref _reads), Interlocked.Read(ref _readErrors), Interlocked.Read(ref _staleReads),
        Interlocked.Read(ref _acknowledged), Interlocked.Read(ref _refused), Interlocked.Read(ref _unknown), Interlocked.Read(ref _failedRequests))
    {
        GoP95Ms = P95(_goReads),
        PythonP95Ms = P95(_pythonReads),
        DualWriteP95Ms = P95(_dualWrites),
    };

    private static void Record(LongConcurrentHistogram histogram, TimeSpan took) =>
        histogram.RecordValue(Math.Clamp((long)took.TotalMicroseconds, 1, LongestMicros));

    /// <summary>Null without a single measurement.</summary>
    private static double? P95(LongConcurrentHistogram histogram) =>
        histogram.TotalCount == 0 ? null : Math.Round(histogram.GetValueAtPercentile(95) / 1000.0, 2);
}

/// <summary>A line of the clients' standard output: `tick` every second, `summary` as the last one.</summary>
internal sealed record ClientsReport(
    string Kind, long Reads, long ReadErrors, long StaleReads, long WritesAcknowledged, long WritesRefused, long WritesUnknown, long FailedRequests)
{
    public double? GoP95Ms { get; init; }

    public double? PythonP95Ms { get; init; }

    public double? DualWriteP95Ms { get; init; }
}
