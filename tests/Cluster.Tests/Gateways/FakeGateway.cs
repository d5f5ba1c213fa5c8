using System.Collections.Concurrent;
using GaiaOrleans.Contracts.Gateways;
using GaiaOrleans.Contracts.Rollouts;

namespace GaiaOrleans.Cluster.Tests.Gateways;

/// <summary>A gateway that does with a push what its test says.</summary>
public sealed class FakeGateway : IGatewayObserver
{
    private readonly ConcurrentQueue<RolloutState> _seen = [];
    private readonly TaskCompletionSource<long> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The answer to a push. Default: the epoch is acknowledged at once.</summary>
    public Func<RolloutState, Task<long>> OnPush { get; set; } = state => Task.FromResult(state.Epoch);

    public IReadOnlyList<RolloutState> Seen => [.. _seen];

    /// <summary>Hears nothing any more, like a process that was stopped.</summary>
    public void FallSilent() => OnPush = _ => _end.Task;

    /// <summary>Its process is over: nobody waits for its answers any more.</summary>
    public void End() => _end.TrySetResult(0);

    public Task<long> Apply(RolloutState state)
    {
        _seen.Enqueue(state);
        return OnPush(state);
    }
}
