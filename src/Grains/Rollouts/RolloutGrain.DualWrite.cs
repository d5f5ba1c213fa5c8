using GaiaOrleans.Contracts;
using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Gates;
using GaiaOrleans.Grains.Telemetry;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>Turning dual-write on and off, which needs every gateway's word while any may forward writes.</summary>
public sealed partial class RolloutGrain
{
    public async Task<RolloutChange> SetDualWrite(DualWriteRequest request, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var state = await Settled(cancellationToken);
        if (state.Phase == RolloutPhase.Completed && request.Enabled is true) throw CompletionRules.NoWayBack();
        var acknowledged = 0;
        if (request.Enabled is { } enabled && enabled != state.DualWrite.Enabled)
        {
            (state, acknowledged) = state.AfterCutover ? await Set(state, enabled, request) : await Switch(state, enabled, request);
        }
        else if (RolloutRules.DualWriteSettings(state, request, time.GetUtcNow()) is { } settings)
        {
            acknowledged = await Change(settings);
            state = settings.Next;
        }

        if (request.ConflictStrategy is { } strategy) await Begun.Rest("all but the note that the strategy was chosen is in force", () => Chose(strategy, request.Caller, cancellationToken));
        return new(state, acknowledged, time.GetElapsedTime(started).TotalMilliseconds);
    }

    /// <summary>Dual-write on, as what comes next needs it.</summary>
    private async Task<RolloutState> Feed(RolloutState state, Caller caller, CancellationToken cancellationToken) =>
        (await SetDualWrite(new(true, null, null, caller), cancellationToken)).State;

    /// <summary>After cutover no gateway forwards a write and GAIA_HOME is fed either way: nothing has to be held, and a gateway that has just died is in nobody's way back.</summary>
    private async Task<(RolloutState State, int Acknowledged)> Set(RolloutState state, bool enabled, DualWriteRequest request)
    {
        var set = RolloutRules.Turn(state, enabled, request.Caller, time.GetUtcNow(), asked: request);
        return (set.Next, await Change(set));
    }

    /// <summary>Turning dual-write on or off before cutover: hold new writes everywhere, bring the new value everywhere, then let them go on; or at once, with the old one.</summary>
    private async Task<(RolloutState State, int Acknowledged)> Switch(RolloutState state, bool enabled, DualWriteRequest request)
    {
        // Before anybody has to wait: it may take longer than gateways hold writes.
        var preparation = enabled && state.Phase == RolloutPhase.Preparation ? await Preparation(state, request) : null;
        var close = RolloutRules.Close(state, request.Caller, time.GetUtcNow());
        var (open, acknowledged, silent, pending) = await Whole(() => Store(close), closing =>
        {
            Steps.Reach(Steps.SwitchClosing);
            return Turn(closing, enabled, preparation, request);
        });
        if (silent.Count > 0) throw new GatewayUnreachableException([.. silent]);
        return pending == 0 ? (open, acknowledged) : throw new PendingWritesException(pending);
    }

    private async Task<(RolloutState Open, int Acknowledged, IReadOnlyList<string> Silent, long Pending)> Turn(
        RolloutState closing, bool enabled, IReadOnlyList<GateVerdict>? preparation, DualWriteRequest request)
    {
        var fence = await _fence.Push(closing, await store.Gateways(CancellationToken.None), options.Value.CloseWithin, CancellationToken.None);
        Steps.Reach(Steps.SwitchHeld);
        long pending = 0;
        if (fence.Complete && !enabled)
        {
            // Nothing new is written: what a hiccup left behind is sent meanwhile.
            await LegacyDrain.Wait(sessions, LastDrain, late: false, time, CancellationToken.None);
            pending = await Unfed();
        }

        var go = fence.Complete && pending == 0;
        var now = await Now(CancellationToken.None);
        var held = closing;
        if (go)
        {
            // The settings come with the switch or not at all: one that is refused changes nothing.
            var turn = RolloutRules.Turn(closing, enabled, request.Caller, now, preparation, request);
            try
            {
                await Change(turn);
                held = turn.Next;
            }
            // A run or an operator has changed something since the last look.
            catch (PendingWritesException since)
            {
                pending = since.Pending;
            }
        }

        var open = RolloutRules.Open(held, request.Caller, now, turned: held != closing);
        return (open.Next, await Change(open), fence.Silent, pending);
    }

    /// <summary>
    /// What stands at the end of preparation, with the strategy that is being chosen just now: it is noted when it is in force. Null where nobody can tell: the phase
    /// stays, and dual-write is turned on all the same.
    /// </summary>
    private async Task<IReadOnlyList<GateVerdict>?> Preparation(RolloutState state, DualWriteRequest request)
    {
        try
        {
            var known = await evidence.Collect(GrainFactory, state, CancellationToken.None);
            if (request.ConflictStrategy is { } strategy) known = known.With(new(PreparationGates.ConflictStrategy, true, strategy.Wire(), request.Caller.Actor, known.At, state.Phase));
            return PhaseGates.Between(state.Phase, RolloutPhase.DualWrite, state, known);
        }
        catch (Exception e) when (e is GaiaException or TimeoutException or Orleans.Runtime.OrleansException)
        {
            return null;
        }
    }

    /// <summary>
    /// What legacy lacks, for whatever reason: forwarded reads would miss it. And what it may yet be made to lack: a late request of ours would overwrite
    /// what clients write there. Of all sessions only these are looked at: writes are held meanwhile, and counting millions takes longer than that.
    /// </summary>
    private async Task<long> Unfed()
    {
        var lag = await sessions.Lag(CancellationToken.None);
        return Math.Max(lag.ServedHere, lag.OpenConflicts);
    }
}
