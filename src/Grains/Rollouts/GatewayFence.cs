using GaiaOrleans.Contracts.Gateways;
using GaiaOrleans.Contracts.Rollouts;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>Which gateways have acknowledged an epoch, and which have not.</summary>
public sealed record FenceResult(int Acknowledged, IReadOnlyList<string> Silent)
{
    public bool Complete => Silent.Count == 0;
}

/// <summary>
/// Brings an epoch to every registered gateway. Reaching them at once is only an accelerator: a gateway that hears nothing stops routing by
/// the older epoch when its lease ends.
/// </summary>
public sealed class GatewayFence(TimeProvider time)
{
    private readonly Dictionary<string, TaskCompletionSource<IGatewayObserver>> _observers = [];

    public void Reach(string gateway, IGatewayObserver observer)
    {
        if (Observer(gateway).TrySetResult(observer)) return;
        _observers.Remove(gateway);
        Observer(gateway).SetResult(observer);
    }

    public void Forget(string gateway) => _observers.Remove(gateway);

    public bool CanReach(string gateway) => _observers.TryGetValue(gateway, out var observer) && observer.Task.IsCompleted;

    /// <summary>Pushes <paramref name="state"/> and waits for each acknowledgement, at most <paramref name="within"/>.</summary>
    public async Task<FenceResult> Push(RolloutState state, IEnumerable<GatewayView> gateways, TimeSpan within, CancellationToken cancellationToken)
    {
        var answers = gateways.Select(async gateway => (gateway.Name, Acknowledged: await Acknowledges(gateway.Id, state, within, cancellationToken)));
        var results = await Task.WhenAll(answers);
        return new(results.Count(r => r.Acknowledged), [.. results.Where(r => !r.Acknowledged).Select(r => r.Name)]);
    }

    private async Task<bool> Acknowledges(string gateway, RolloutState state, TimeSpan within, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            // Known to the store, not to this activation: it may be about to register again here, or be gone.
            var observer = await Observer(gateway).Task.WaitAsync(within, time, cancellationToken);
            if (await observer.Apply(state).WaitAsync(Left(), time, cancellationToken) >= state.Epoch) return true;
        }
        // Whatever keeps it from answering is named in the result; it says nothing about the lease that the gateway may still hold.
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
        }

        // A timer may fire a moment early; the lease does not end early.
        while (Left() is { Ticks: > 0 } left) await Task.Delay(left + TimeSpan.FromMilliseconds(1), time, cancellationToken);
        return false;

        TimeSpan Left() => within - time.GetElapsedTime(started) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private TaskCompletionSource<IGatewayObserver> Observer(string gateway)
    {
        if (_observers.TryGetValue(gateway, out var known)) return known;
        return _observers[gateway] = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
