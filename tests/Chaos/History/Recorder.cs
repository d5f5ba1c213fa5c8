using System.Collections.Concurrent;

namespace GaiaOrleans.Chaos.History;

/// <summary>Everything that clients asked and were told, in the order of the answers; and what happened meanwhile.</summary>
internal sealed class Recorder(TimeProvider time)
{
    private readonly ConcurrentQueue<Operation> _operations = [];
    private readonly ConcurrentQueue<(long At, string What)> _events = [];
    private readonly ConcurrentQueue<(long At, long Epoch)> _fences = [];

    public IReadOnlyList<Operation> Operations => [.. _operations];

    public IReadOnlyList<(long At, string What)> Events => [.. _events];

    /// <summary>When a change of the rollout returned, and the epoch that was in force from then on.</summary>
    public IReadOnlyList<(long At, long Epoch)> Fences => [.. _fences];

    public long Now => time.GetTimestamp();

    public void Add(Operation operation) => _operations.Enqueue(operation);

    public void Happened(string what) => _events.Enqueue((Now, what));

    public void Fenced(long epoch) => _fences.Enqueue((Now, epoch));
}
