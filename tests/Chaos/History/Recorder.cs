using System.Collections.Concurrent;
using System.Globalization;

namespace GaiaOrleans.Chaos.History;

/// <summary>Everything that clients asked and were told, in the order of the answers; and what happened meanwhile.</summary>
internal sealed class Recorder(TimeProvider time, TextWriter progress)
{
    private readonly long _begun = time.GetTimestamp();
    private readonly ConcurrentQueue<Operation> _operations = [];
    private readonly ConcurrentQueue<(long At, string What)> _events = [];
    private readonly ConcurrentQueue<(long At, long Epoch)> _fences = [];
    private readonly ConcurrentQueue<(long At, string Line)> _log = [];
    private long _asked, _answered;

    public IReadOnlyList<Operation> Operations => [.. _operations];

    public IReadOnlyList<(long At, string What)> Events => [.. _events];

    /// <summary>When a change of the rollout returned, and the epoch that was in force from then on.</summary>
    public IReadOnlyList<(long At, long Epoch)> Fences => [.. _fences];

    /// <summary>Warnings and errors of silos and gateways.</summary>
    public IReadOnlyList<(long At, string Line)> Log => [.. _log];

    /// <summary>Requests that left a client, and those of them that were answered.</summary>
    public long Asked => Interlocked.Read(ref _asked);

    /// <inheritdoc cref="Asked"/>
    public long Answered => Interlocked.Read(ref _answered);

    public long Now => time.GetTimestamp();

    public void Add(Operation operation) => _operations.Enqueue(operation);

    /// <summary>Also shown as it happens: a run that hangs says in what.</summary>
    public void Happened(string what)
    {
        var at = Now;
        _events.Enqueue((at, what));
        progress.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time.GetElapsedTime(_begun, at).TotalSeconds,8:0.0} {what}"));
    }

    public void Heard(string process, string line)
    {
        if (line.Contains(" WARN ", StringComparison.Ordinal) || line.Contains("ERROR ", StringComparison.Ordinal)) _log.Enqueue((Now, $"{process}: {line}"));
    }

    public void Ask() => Interlocked.Increment(ref _asked);

    /// <summary>It did not leave after all.</summary>
    public void Unask() => Interlocked.Decrement(ref _asked);

    public void Answer() => Interlocked.Increment(ref _answered);

    public void Fenced(long epoch) => _fences.Enqueue((Now, epoch));
}
