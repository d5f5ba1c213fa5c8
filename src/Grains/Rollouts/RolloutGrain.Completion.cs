using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Rollouts;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>The end of the migration.</summary>
public sealed partial class RolloutGrain
{
    // Writes are held meanwhile, which gateways do for three seconds at most.
    private static readonly TimeSpan LastDrain = TimeSpan.FromSeconds(1);

    public async Task<RolloutChange> Complete(Caller caller, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var state = await Settled(cancellationToken);
        if (state.Phase == RolloutPhase.Completed) return new(state, 0, time.GetElapsedTime(started).TotalMilliseconds);
        if (string.IsNullOrWhiteSpace(caller.Reason)) throw new ReasonRequiredException("complete");
        var gates = RolloutRules.Plan(state, RolloutPhase.Completed, state.GoPercentage, await Ahead(state, RolloutPhase.Completed, cancellationToken)).Blockers;
        // What is on its way now is waited for once nothing more is written.
        GateVerdict[] blockers = [.. gates, .. CompletionRules.Ahead(state, await sessions.Lag(cancellationToken), gates)];
        if (blockers.Length > 0) throw new BlockedException(blockers);

        // What is written from now on is written to one side only: nothing may be under way between the last look and the change.
        var close = RolloutRules.Close(state, caller, time.GetUtcNow());
        var (next, acknowledged, silent, unfinished) = await Whole(() => Store(close), closing => Finish(closing, caller));
        if (silent.Count > 0) throw new GatewayUnreachableException([.. silent]);
        if (unfinished.Length > 0) throw new BlockedException(unfinished);
        return new(next, acknowledged, time.GetElapsedTime(started).TotalMilliseconds);
    }

    private async Task<(RolloutState Next, int Acknowledged, IReadOnlyList<string> Silent, GateVerdict[] Unfinished)> Finish(RolloutState closing, Caller caller)
    {
        var fence = await _fence.Push(closing, await store.Gateways(CancellationToken.None), options.Value.CloseWithin, CancellationToken.None);
        if (fence.Complete) await LegacyDrain.Wait(sessions, LastDrain, late: false, time, CancellationToken.None);
        GateVerdict[] unfinished = [.. CompletionRules.Unfinished(closing, await sessions.Lag(CancellationToken.None))];
        var step = fence.Complete && unfinished.Length == 0
            ? CompletionRules.Complete(closing, caller, time.GetUtcNow())
            : RolloutRules.Open(closing, caller, time.GetUtcNow());
        return (step.Next, await Change(step), fence.Silent, unfinished);
    }
}
