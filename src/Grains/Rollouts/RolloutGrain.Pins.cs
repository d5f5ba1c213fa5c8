using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using Microsoft.Extensions.Logging;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>Pins, and their end: no gateway ends one by its own clock, or two of them would disagree for a moment.</summary>
public sealed partial class RolloutGrain
{
    // Timers cannot be set for years; looking once a day is not too often.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(5);
    private IGrainTimer? _pinsEnd;

    public Task<RolloutChange> Pin(PinRequest request, CancellationToken cancellationToken) => Apply(s => PinRules.Pin(s, request, time.GetUtcNow()), cancellationToken);

    public Task<RolloutChange> Unpin(string sessionId, Caller caller, CancellationToken cancellationToken) =>
        Apply(s => PinRules.Unpin(s, sessionId, caller, time.GetUtcNow()), cancellationToken);

    private void WatchPins(RolloutState state)
    {
        if (state.Pins.Min(p => p.Until) is { } next) WatchPins(next - time.GetUtcNow());
    }

    private void WatchPins(TimeSpan within)
    {
        var due = within < TimeSpan.Zero ? TimeSpan.Zero : within < Longest ? within : Longest;
        _pinsEnd ??= this.RegisterGrainTimer(EndPins, due, Timeout.InfiniteTimeSpan);
        _pinsEnd.Change(due, Timeout.InfiniteTimeSpan);
    }

    private async Task EndPins(CancellationToken cancellationToken)
    {
        try
        {
            var change = await Apply(s => PinRules.End(s, time.GetUtcNow()), cancellationToken);
            WatchPins(change.State);
        }
        // A pin that is over is served a little longer: nothing is lost by trying again.
        catch (GaiaException e)
        {
            LogPinsStay(logger, e.Message);
            WatchPins(TryAgain);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "migration: pins that are over could not be ended yet: {Reason}")]
    private static partial void LogPinsStay(ILogger logger, string reason);
}
