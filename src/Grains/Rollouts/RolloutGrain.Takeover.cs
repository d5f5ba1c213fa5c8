using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using Microsoft.Extensions.Logging;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>
/// What another activation left half done, finished before anything else is promised. It may be seen only when this one has been here for a while: a frozen
/// silo's commit succeeds when it thaws, and one whose answer was lost may still be on its way to the disk.
/// </summary>
public sealed partial class RolloutGrain
{
    private static readonly Caller System = new("system", "an interrupted change was finished");
    private (int UnderWay, long Ended) _work;

    public override async Task OnActivateAsync(CancellationToken cancellationToken) => WatchPins(await Settled(cancellationToken));

    private static bool IsHalfDone(RolloutState state) => state.FencedEpoch < state.Epoch || state.DualWrite.Closing;

    /// <summary>The stored state, with nothing half done about it. Every change begins with it.</summary>
    private async Task<RolloutState> Settled(CancellationToken cancellationToken)
    {
        while (true)
        {
            var state = await Get(cancellationToken);
            if (!IsHalfDone(state)) return state;
            LogFinishing(logger, state.Epoch);
            try
            {
                await Attended(() => Settle(state));
            }
            // Whoever left it lives, and went on with it.
            catch (EpochMismatchException)
            {
            }
            catch (ChangeUnknownException e)
            {
                // Of what the caller asks for nothing has begun.
                throw new StorageUnavailableException(e.Message);
            }
        }
    }

    /// <summary>Held writes go on last: where the new value is stored, one gateway would write by it, and another read by the old one.</summary>
    private async Task<int> Settle(RolloutState state)
    {
        var fenced = state.FencedEpoch < state.Epoch && !await OnlyHolds(state) ? await Fence(state) : 0;
        return state.DualWrite.Closing ? await Change(RolloutRules.Open(state, System, time.GetUtcNow())) : fenced;
    }

    /// <summary>Nothing but the holding of writes has changed: who has not heard of it goes by the same as everybody else.</summary>
    private async Task<bool> OnlyHolds(RolloutState state) =>
        state.DualWrite.Closing && await store.History(1, CancellationToken.None) is [{ Action: RolloutRules.Closing } last] && last.Epoch == state.Epoch;

    /// <summary>While it lasts, what is half done has somebody who sees to it.</summary>
    private async Task<T> Attended<T>(Func<Task<T>> work)
    {
        _work.UnderWay++;
        try
        {
            return await work();
        }
        finally
        {
            _work.UnderWay--;
            _work.Ended++;
        }
    }

    /// <summary>Where nobody sees to it, a new activation does.</summary>
    /// <param name="state">As it was read since.</param>
    /// <param name="before">What was under way before it was read.</param>
    private void LookAfter(RolloutState state, (int UnderWay, long Ended) before)
    {
        if (before.UnderWay == 0 && before == _work && IsHalfDone(state)) DeactivateOnIdle();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "migration: finishing the interrupted change to epoch {Epoch}")]
    private static partial void LogFinishing(ILogger logger, long epoch);
}
