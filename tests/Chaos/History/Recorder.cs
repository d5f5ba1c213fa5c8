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

    public IReadOnlyList<Operation> Operations => [.. _operations];

    public IReadOnlyList<(long At, string What)> Events => [.. _events];

    /// <summary>When a change of the rollout returned, and the epoch that was in force from then on.</summary>
    public IReadOnlyList<(long At, long Epoch)> Fences => [.. _fences];

    public long Now => time.GetTimestamp();

    public void Add(Operation operation) => _operations.Enqueue(operation);

    /// <summary>Also shown as it happens: a run that hangs says in what.</summary>
    public void Happened(string what)
    {
        var at = Now;
        _events.Enqueue((at, what));
        progress.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time.GetElapsedTime(_begun, at).TotalSeconds,8:0.0} {what}"));
    }

    public void Fenced(long epoch) => _fences.Enqueue((Now, epoch));
}
