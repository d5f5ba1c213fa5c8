using System.Globalization;
using GaiaOrleans.Contracts;
using GaiaOrleans.Contracts.Access;
using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Gates;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>The next state and the history entry that goes with it.</summary>
public sealed record RolloutStep(RolloutState Next, HistoryEntry Entry);

/// <summary>The rules of the rollout: pure functions from the stored state and a request to the next state. Null = nothing to change.</summary>
public static class RolloutRules
{
    /// <summary>What the history says where writes are held, and by the same values as before.</summary>
    public const string Closing = "dual_write_closing";

    public static RolloutStep? Split(RolloutState state, SplitRequest request, IReadOnlyList<GateVerdict> gates, DateTimeOffset now)
    {
        Check(state, request);
        if (request.GoPercentage == state.GoPercentage) return null;
        return Move(state, PhaseRules.PhaseOf(state.Phase, request.GoPercentage), request.GoPercentage, "split", request.Caller, request.Force, gates, now);
    }

    public static RolloutStep? Phase(RolloutState state, PhaseRequest request, IReadOnlyList<GateVerdict> gates, DateTimeOffset now)
    {
        Check(state, request);
        if (request.To == state.Phase) return null;
        return Move(state, request.To, PhaseRules.PercentageIn(request.To, state.GoPercentage), "phase", request.Caller, request.Force, gates, now);
    }

    /// <summary>What can be refused without looking at anything else, and so before anything is prepared.</summary>
    public static void Check(RolloutState state, SplitRequest request)
    {
        CheckPercentage(request.GoPercentage);
        // Before anything is prepared for a way back that there is not.
        if (state.Phase == RolloutPhase.Completed && request.GoPercentage != state.GoPercentage) throw CompletionRules.NoWayBack();
        Check(state, request.ExpectedEpoch, request.Force && request.GoPercentage != state.GoPercentage, request.Caller);
        if (request.GoPercentage != state.GoPercentage) CheckEntry(state, PhaseRules.PhaseOf(state.Phase, request.GoPercentage), request.Caller);
    }

    public static void Check(RolloutState state, PhaseRequest request)
    {
        Check(state, request.ExpectedEpoch, request.Force && request.To != state.Phase, request.Caller);
        CheckEntry(state, request.To, request.Caller);
        if (request.To == state.Phase) return;
        if (state.Phase == RolloutPhase.Completed) throw CompletionRules.NoWayBack();
        CheckReachable(request.To);
        if (request.To == RolloutPhase.Completed)
            throw InvalidInputException.Field("to", "completed is the point of no return and has a call of its own: POST /api/migration/complete");
    }

    /// <summary>What a move to another phase or percentage meets: nothing on the way back.</summary>
    public static PhasePlan Plan(RolloutState state, RolloutPhase phase, decimal percentage, IReadOnlyList<GateVerdict> gates) =>
        new(state.Phase, phase, percentage, phase > state.Phase || percentage > state.GoPercentage ? [NotPaused(state), .. gates] : []);

    /// <summary>What going to that phase would meet now, besides its gates what it would be refused for whatever they say.</summary>
    /// <exception cref="InvalidInputException">Nobody ever goes there.</exception>
    public static PhasePlan Plan(RolloutState state, RolloutPhase to, Evidence evidence)
    {
        var plan = Plan(state, to, PhaseRules.PercentageIn(to, state.GoPercentage), PhaseGates.Between(state.Phase, to, state, evidence));
        if (to == state.Phase) return plan;
        if (state.Phase == RolloutPhase.Completed) return plan with { Gates = CompletionRules.NoWayBack().Blockers };
        CheckReachable(to);
        return to == RolloutPhase.Completed && evidence.Lag is { } lag ? plan with { Gates = [.. plan.Gates, .. CompletionRules.Ahead(state, lag, plan.Blockers)] } : plan;
    }

    private static void CheckReachable(RolloutPhase to)
    {
        if (to == RolloutPhase.Preparation) throw InvalidInputException.Field("to", "preparation is where a cluster begins; the way back ends at dual_write");
    }

    private static RolloutStep Move(
        RolloutState state, RolloutPhase phase, decimal percentage, string action, Caller caller, bool force, IReadOnlyList<GateVerdict> gates, DateTimeOffset now)
    {
        var plan = Plan(state, phase, percentage, gates);
        var blockers = plan.Blockers;
        if (blockers.Length > 0 && !force) throw new BlockedException(blockers, phase > state.Phase ? plan : null);
        var next = state with { GoPercentage = percentage, Phase = phase };
        // Clients wrote to legacy alone until now, so every row is read anew.
        if (CutsOverUnfed(state, next)) next = next with { Generation = state.Generation + 1 };
        var step = Step(state, next, action, caller, blockers.Length > 0, now);
        return phase > state.Phase ? step with { Entry = step.Entry with { Verdicts = plan.Gates } } : step;
    }

    /// <summary>
    /// Forced over the cutover with dual-write off. A gateway that has heard nothing of it goes on forwarding writes, which needs no lease, and the target
    /// overwrites them: dual-write is turned on first, which needs every gateway's word.
    /// </summary>
    public static bool CutsOverUnfed(RolloutState state, RolloutState next) => next.AfterCutover && !state.AfterCutover && !state.DualWrite.Enabled;

    private static GateVerdict NotPaused(RolloutState state) => state.Paused is { } why
        ? new("not_paused", GateStatus.Fail, why, "resumed by an operator", state.UpdatedAt)
        : new("not_paused", GateStatus.Pass, "not paused", "resumed by an operator");

    private static void Check(RolloutState state, long? expectedEpoch, bool forces, Caller caller)
    {
        if (expectedEpoch is { } expected && expected != state.Epoch) throw new EpochMismatchException(expected, state);
        if (!forces) return;
        if (!caller.IsAdmin) throw new ForbiddenException("force", Role.Admin);
        if (string.IsNullOrWhiteSpace(caller.Reason)) throw new ReasonRequiredException("force");
    }

    // A split is an operator's, but not one that advances the migration.
    private static void CheckEntry(RolloutState state, RolloutPhase phase, Caller caller)
    {
        if (phase > state.Phase && !caller.IsAdmin) throw new ForbiddenException($"Going from {state.Phase.Wire()} on to {phase.Wire()}", Role.Admin);
    }

    /// <summary>Settings that both sides of the fence may see at once: no closing needed.</summary>
    public static RolloutStep? DualWriteSettings(RolloutState state, DualWriteRequest request, DateTimeOffset now)
    {
        var next = With(state, request);
        return next == state ? null : Step(state, next, "dual_write", request.Caller, false, now);
    }

    /// <summary>The state with what is asked for besides switching.</summary>
    public static RolloutState With(RolloutState state, DualWriteRequest request) => state with
    {
        DualWrite = state.DualWrite with { Mode = request.Mode ?? state.DualWrite.Mode, Ack = request.Ack ?? state.DualWrite.Ack },
        ConflictStrategy = request.ConflictStrategy ?? state.ConflictStrategy,
    };

    /// <summary>First part of turning dual-write on or off: gateways hold new writes.</summary>
    public static RolloutStep Close(RolloutState state, Caller caller, DateTimeOffset now) =>
        Step(state, state with { DualWrite = state.DualWrite with { Closing = true } }, Closing, caller, false, now);

    /// <summary>
    /// Second part: the new value. Writes that are held stay held until every gateway goes by it: what one wrote by the new value, another that reads by
    /// the old one would not see. Before cutover either switch starts a generation: on, because every older row must be read anew; off, because a change
    /// that was decided while it was on must not be committed any more.
    /// </summary>
    /// <param name="preparation">
    /// What stands at the end of preparation. Dual-write moves no traffic and is not held up by it, but the phase begins only when all of them
    /// pass; until then preparation goes on with dual-write on.
    /// </param>
    /// <param name="asked">What comes with the switch.</param>
    public static RolloutStep Turn(
        RolloutState state, bool enabled, Caller caller, DateTimeOffset now, IReadOnlyList<GateVerdict>? preparation = null, DualWriteRequest? asked = null)
    {
        var settled = asked is null ? state : With(state, asked);
        var prepared = preparation is not null && state.Paused is null && state.Phase == RolloutPhase.Preparation && preparation.All(g => g.Status == GateStatus.Pass);
        var step = Step(state, settled with
        {
            DualWrite = settled.DualWrite with { Enabled = enabled },
            // After cutover legacy has been fed all the time, and what it shows is drift: it is never the truth again.
            Generation = state.AfterCutover ? state.Generation : state.Generation + 1,
            Phase = enabled && prepared ? RolloutPhase.DualWrite : state.Phase,
        }, enabled ? "dual_write_on" : "dual_write_off", caller, false, now);
        return step with { Entry = step.Entry with { Verdicts = preparation is null ? null : [.. preparation] } };
    }

    /// <summary>Last part, also of a switch that did not come about: writes go on, by the value that is in force.</summary>
    public static RolloutStep Open(RolloutState state, Caller caller, DateTimeOffset now, bool turned = false) =>
        Step(state, state with { DualWrite = state.DualWrite with { Closing = false } }, turned ? "dual_write_open" : "dual_write_kept", caller, false, now);

    public static RolloutStep? Pause(RolloutState state, Caller caller, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(caller.Reason)) throw new ReasonRequiredException("pause");
        return state.Paused is null ? Step(state, state with { Paused = caller.Reason }, "pause", caller, false, now) : null;
    }

    public static RolloutStep? Resume(RolloutState state, Caller caller, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(caller.Reason)) throw new ReasonRequiredException("resume");
        return state.Paused is null ? null : Step(state, state with { Paused = null }, "resume", caller, false, now);
    }

    public static void CheckPercentage(decimal percentage, string field = "go_percentage")
    {
        if (percentage is < 0 or > 100) throw InvalidInputException.Field(field, "must be between 0 and 100");
        if (decimal.Round(percentage, 2) != percentage) throw InvalidInputException.Field(field, "may have two decimals at most");
    }

    internal static RolloutStep Step(RolloutState state, RolloutState next, string action, Caller caller, bool forced, DateTimeOffset now)
    {
        // What a phase counts, it counts from its beginning: after a way back the soaks of the phases left start again.
        next = next with { Epoch = state.Epoch + 1, UpdatedAt = now, UpdatedBy = caller.Actor, PhaseSince = next.Phase == state.Phase ? state.PhaseSince : now };
        return new(next, new(next.Epoch, now, caller.Actor, action, caller.Reason, Describe(state), Describe(next), forced) { Moved = Moved(state, next) });
    }

    private static PercentageMove? Moved(RolloutState state, RolloutState next) => next.GoPercentage == state.GoPercentage ? null : new(state.GoPercentage, next.GoPercentage);

    private static string Describe(RolloutState state) => string.Create(
        CultureInfo.InvariantCulture,
        $"{state.Phase.Wire()} {state.GoPercentage:0.##}% {(state.Paused is null ? "" : "paused ")}dual-write {(state.DualWrite.Enabled ? "on" : "off")}{(state.DualWrite.Closing ? " closing" : "")} {state.DualWrite.Mode.Wire()} {state.DualWrite.Ack.Wire()} conflicts {state.ConflictStrategy.Wire()}");
}
