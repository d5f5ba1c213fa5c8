using System.Globalization;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>The next state and the history entry that goes with it.</summary>
public sealed record RolloutStep(RolloutState Next, HistoryEntry Entry);

/// <summary>The rules of the rollout: pure functions from the stored state and a request to the next state. Null = nothing to change.</summary>
public static class RolloutRules
{
    public static RolloutStep? Split(RolloutState state, SplitRequest request, IReadOnlyList<Blocker> blockers, DateTimeOffset now)
    {
        Check(state, request);
        if (request.GoPercentage == state.GoPercentage) return null;
        if (request.GoPercentage > state.GoPercentage && state.Paused is { } paused && !request.Force)
            throw new BlockedException([new("paused", "fail", paused, "resumed by an operator", null)]);
        if (blockers.Count > 0 && !request.Force) throw new BlockedException([.. blockers]);
        var next = state with { GoPercentage = request.GoPercentage, Phase = PhaseOf(state.Phase, request.GoPercentage) };
        // Forced over the cutover with dual-write off: clients wrote to legacy alone until now, so every row is read anew.
        if (next.AfterCutover && !state.AfterCutover && !state.DualWrite.Enabled) next = next with { Generation = state.Generation + 1 };
        return Step(state, next, "split", request.Caller, request.Force && blockers.Count > 0, now);
    }

    /// <summary>What can be refused without looking at anything else, and so before anything is prepared.</summary>
    public static void Check(RolloutState state, SplitRequest request)
    {
        CheckPercentage(request.GoPercentage);
        // Before anything is prepared for a way back that there is not.
        if (state.Phase == RolloutPhase.Completed && request.GoPercentage != state.GoPercentage) throw CompletionRules.NoWayBack();
        if (request.ExpectedEpoch is { } expected && expected != state.Epoch) throw new EpochMismatchException(expected, state);
        if (request.Force && request.GoPercentage != state.GoPercentage && string.IsNullOrWhiteSpace(request.Caller.Reason)) throw new ReasonRequiredException("force");
    }

    /// <summary>
    /// The phase whose range holds the percentage: going up enters the phase, going down leaves those that cannot hold it, so that their
    /// soaks start again.
    /// </summary>
    public static RolloutPhase PhaseOf(RolloutPhase phase, decimal percentage) => percentage switch
    {
        0 => phase == RolloutPhase.Preparation ? RolloutPhase.Preparation : RolloutPhase.DualWrite,
        <= 50 => phase is RolloutPhase.GradualRollout or RolloutPhase.Monitoring ? phase : RolloutPhase.GradualRollout,
        < 100 => RolloutPhase.Cutover,
        _ => phase > RolloutPhase.Cutover ? phase : RolloutPhase.Cutover,
    };

    /// <summary>Settings that both sides of the fence may see at once: no closing needed.</summary>
    public static RolloutStep? DualWriteSettings(RolloutState state, DualWriteRequest request, DateTimeOffset now)
    {
        var next = state with
        {
            DualWrite = state.DualWrite with { Mode = request.Mode ?? state.DualWrite.Mode, Ack = request.Ack ?? state.DualWrite.Ack },
            ConflictStrategy = request.ConflictStrategy ?? state.ConflictStrategy,
        };
        return next == state ? null : Step(state, next, "dual_write", request.Caller, false, now);
    }

    /// <summary>First half of turning dual-write on or off: gateways hold new writes.</summary>
    public static RolloutStep Close(RolloutState state, Caller caller, DateTimeOffset now) =>
        Step(state, state with { DualWrite = state.DualWrite with { Closing = true } }, "dual_write_closing", caller, false, now);

    /// <summary>
    /// Second half: the new value, or the old one again. Before cutover either switch starts a generation: on, because every older row must be
    /// read anew; off, because a change that was decided while it was on must not be committed any more.
    /// </summary>
    public static RolloutStep Open(RolloutState state, bool enabled, Caller caller, DateTimeOffset now)
    {
        var turnedOn = enabled && !state.DualWrite.Enabled;
        return Step(state, state with
        {
            DualWrite = state.DualWrite with { Enabled = enabled, Closing = false },
            // After cutover legacy has been fed all the time, and what it shows is drift: it is never the truth again.
            Generation = enabled != state.DualWrite.Enabled && !state.AfterCutover ? state.Generation + 1 : state.Generation,
            Phase = turnedOn && state.Phase == RolloutPhase.Preparation ? RolloutPhase.DualWrite : state.Phase,
        }, enabled == state.DualWrite.Enabled ? "dual_write_kept" : enabled ? "dual_write_on" : "dual_write_off", caller, false, now);
    }

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

    public static void CheckPercentage(decimal percentage)
    {
        if (percentage is < 0 or > 100) throw InvalidInputException.Field("go_percentage", "must be between 0 and 100");
        if (decimal.Round(percentage, 2) != percentage) throw InvalidInputException.Field("go_percentage", "may have two decimals at most");
    }

    internal static RolloutStep Step(RolloutState state, RolloutState next, string action, Caller caller, bool forced, DateTimeOffset now)
    {
        next = next with { Epoch = state.Epoch + 1, UpdatedAt = now, UpdatedBy = caller.Actor };
        return new(next, new(next.Epoch, now, caller.Actor, action, caller.Reason, Describe(state), Describe(next), forced));
    }

    private static string Describe(RolloutState state) => string.Create(
        CultureInfo.InvariantCulture,
        $"{state.Phase} {state.GoPercentage:0.##}% {(state.Paused is null ? "" : "paused ")}dual-write {(state.DualWrite.Closing ? "closing" : state.DualWrite.Enabled ? "on" : "off")} {state.DualWrite.Mode} {state.DualWrite.Ack} conflicts {state.ConflictStrategy}");
}
