using System.Collections.Concurrent;

namespace GaiaOrleans.Grains.Telemetry;

/// <summary>What one silo counted since it was last asked. Stored per silo and minute, and summed by whoever wants the cluster's figures.</summary>
/// <param name="Noise">How often each comparison rule excused a difference in spelling.</param>
public sealed record TallyCounts(
    long Total, long Successful, long Partial, long Failed, long Adopted, long GoRequests, long GoErrors, long PythonRequests, long PythonErrors,
    long[] GoLatency, long[] PythonLatency, long[] DualWriteLatency, IReadOnlyDictionary<string, long> Noise);

/// <summary>The process-wide counts behind the durable windows.</summary>
public sealed class MigrationTally
{
    private readonly LatencyHistogram _go = new();
    private readonly LatencyHistogram _python = new();
    private readonly LatencyHistogram _dualWrite = new();
    private readonly ConcurrentDictionary<string, long> _noise = [];
    private long _total, _successful, _partial, _failed, _adopted, _goRequests, _goErrors, _pythonRequests, _pythonErrors;

    public void Successful(TimeSpan duration) => Write(ref _successful, duration);

    public void Partial(TimeSpan duration) => Write(ref _partial, duration);

    public void Failed()
    {
        Interlocked.Increment(ref _total);
        Interlocked.Increment(ref _failed);
    }

    public void Adopted() => Interlocked.Increment(ref _adopted);

    public void Noise(string rule, long count) => _noise.AddOrUpdate(rule, count, (_, sum) => sum + count);

    public void Go(TimeSpan duration, bool ok) => Side(_go, ref _goRequests, ref _goErrors, duration, ok);

    public void Python(TimeSpan duration, bool ok) => Side(_python, ref _pythonRequests, ref _pythonErrors, duration, ok);

    public TallyCounts Drain() => new(
        Take(ref _total), Take(ref _successful), Take(ref _partial), Take(ref _failed), Take(ref _adopted), Take(ref _goRequests), Take(ref _goErrors),
        Take(ref _pythonRequests), Take(ref _pythonErrors), _go.Drain(), _python.Drain(), _dualWrite.Drain(), TakeNoise());

    private static long Take(ref long counter) => Interlocked.Exchange(ref counter, 0);

    private Dictionary<string, long> TakeNoise()
    {
        var taken = new Dictionary<string, long>();
        foreach (var rule in _noise.Keys)
            if (_noise.TryRemove(rule, out var count))
                taken[rule] = count;
        return taken;
    }

    private static void Side(LatencyHistogram histogram, ref long requests, ref long errors, TimeSpan duration, bool ok)
    {
        Interlocked.Increment(ref requests);
        if (ok) histogram.Record(duration);
        else Interlocked.Increment(ref errors);
    }

    private void Write(ref long outcome, TimeSpan duration)
    {
        Interlocked.Increment(ref _total);
        Interlocked.Increment(ref outcome);
        _dualWrite.Record(duration);
    }
}
