using System.Collections.Concurrent;
using GaiaOrleans.Contracts.Charges;
using GaiaOrleans.Grains.Windows;

namespace GaiaOrleans.Grains.Telemetry;

/// <summary>What one silo counted since it was last asked. Stored per silo and minute, and summed by whoever wants the cluster's figures.</summary>
/// <param name="Noise">How often each comparison rule excused a difference in spelling.</param>
public sealed record TallyCounts(WindowCounts Counts, WindowLatencies Latencies, IReadOnlyDictionary<string, long> Noise);

/// <summary>The process-wide counts behind the durable windows.</summary>
public sealed class MigrationTally
{
    private readonly SideTally _go = new();
    private readonly SideTally _python = new();
    private readonly LatencyHistogram _dualWrite = new();
    private readonly ConcurrentDictionary<string, long> _noise = [];
    private long _total, _successful, _partial, _failed, _adopted;

    public void Successful(TimeSpan duration) => Write(ref _successful, duration);

    public void Partial(TimeSpan duration) => Write(ref _partial, duration);

    public void Failed()
    {
        Interlocked.Increment(ref _total);
        Interlocked.Increment(ref _failed);
    }

    public void Adopted() => Interlocked.Increment(ref _adopted);

    public void Noise(string rule, long count) => _noise.AddOrUpdate(rule, count, (_, sum) => sum + count);

    /// <summary>A call to the target alone.</summary>
    public void Go(TimeSpan duration, bool ok) => _go.Call(duration, ok);

    /// <summary>A call to GAIA_HOME alone.</summary>
    public void Python(TimeSpan duration, bool ok) => _python.Call(duration, ok);

    public void Charge(ChargedRequests requests)
    {
        _go.Charge(requests.Go, requests.GoErrors);
        _python.Charge(requests.Python, requests.PythonErrors);
    }

    public TallyCounts Drain() => new(
        new(Take(ref _total), Take(ref _successful), Take(ref _partial), Take(ref _failed), Take(ref _adopted), _go.Drain(), _python.Drain()),
        new(_go.Latency.Drain(), _python.Latency.Drain(), _dualWrite.Drain()), TakeNoise());

    private static long Take(ref long counter) => Interlocked.Exchange(ref counter, 0);

    private Dictionary<string, long> TakeNoise()
    {
        var taken = new Dictionary<string, long>();
        foreach (var rule in _noise.Keys)
            if (_noise.TryRemove(rule, out var count))
                taken[rule] = count;
        return taken;
    }

    private void Write(ref long outcome, TimeSpan duration)
    {
        Interlocked.Increment(ref _total);
        Interlocked.Increment(ref outcome);
        _dualWrite.Record(duration);
    }
    private sealed class SideTally
    {
        private long _requests, _errors, _calls, _failed;

        public LatencyHistogram Latency { get; } = new();

        public void Charge(long requests, long errors)
        {
            Interlocked.Add(ref _requests, requests);
            Interlocked.Add(ref _errors, errors);
        }

        public void Call(TimeSpan duration, bool ok)
        {
            Interlocked.Increment(ref _calls);
            if (ok) Latency.Record(duration);
            else Interlocked.Increment(ref _failed);
        }

        public SideCounts Drain() => new(Take(ref _requests), Take(ref _errors), Take(ref _calls), Take(ref _failed));
    }
}
