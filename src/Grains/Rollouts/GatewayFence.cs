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
    private readonly Dictionary<string, IGatewayObserver> _observers = [];

    public void Reach(string gateway, IGatewayObserver observer) => _observers[gateway] = observer;

    public void Forget(string gateway) => _observers.Remove(gateway);

    public bool CanReach(string gateway) => _observers.ContainsKey(gateway);

    /// <summary>Pushes <paramref name="state"/> and waits for each acknowledgement, at most <paramref name="within"/>.</summary>
    public async Task<FenceResult> Push(RolloutState state, IEnumerable<GatewayView> gateways, TimeSpan within, CancellationToken cancellationToken)
    {
        var answers = gateways.Select(async gateway => (gateway.Name, Acknowledged: await Acknowledges(gateway.Id, state, within, cancellationToken)));
        var results = await Task.WhenAll(answers);
        return new(results.Count(r => r.Acknowledged), [.. results.Where(r => !r.Acknowledged).Select(r => r.Name)]);
    }

    private async Task<bool> Acknowledges(string gateway, RolloutState state, TimeSpan within, CancellationToken cancellationToken)
    {
        if (!_observers.TryGetValue(gateway, out var observer))
        {
            // Known to the store, not to this activation: it may be about to register again here, or be gone. Its lease decides.
            await Task.Delay(within, time, cancellationToken);
            return false;
        }

        try
        {
            return await observer.Apply(state).WaitAsync(within, time, cancellationToken) >= state.Epoch;
        }
        catch (Exception e) when (e is TimeoutException or OrleansException or ObjectDisposedException)
        {
            return false;
        }
    }
}
