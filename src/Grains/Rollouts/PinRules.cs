using System.Globalization;
using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>
/// What may be pinned. A pin decides where both sides could serve the session; it never sends one to a side that cannot: before dual-write there is
/// no target, after <c>completed</c> there is no legacy. A pin that was set earlier rests while dual-write is off before cutover.
/// </summary>
public static class PinRules
{
    /// <summary>Every gateway holds them all, and every change carries them: they are for single cases, the split is for many.</summary>
    public const int Most = 1_000;

    private static readonly Caller Clock = new("system", "the time that was set for it is over");

    public static RolloutStep? Pin(RolloutState state, PinRequest request, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(request.Caller.Reason)) throw new ReasonRequiredException("pin");
        if (request.Until <= now) throw InvalidInputException.Field("until", "is in the past");
        if (state.Phase == RolloutPhase.Completed) throw Blocked("completed", "the migration is complete: the target serves every session", "a migration that is not complete");
        if (request.Side == Side.Go && !state.DualWrite.Enabled && !state.AfterCutover)
            throw Blocked("dual_write_enabled", "off: everything is forwarded to GAIA_HOME", "on, or the phase cutover");
        var before = state.Pins.Of(request.SessionId);
        if (before is null && state.Pins.Count >= Most) throw Blocked("pins", $"{state.Pins.Count} pins", $"at most {Most}; remove some, or move the split");
        var pin = new Pin(request.SessionId, request.Side, request.Until, request.Caller.Reason, request.Caller.Actor, now);
        if (before is not null && (before.Side, before.Until, before.Reason) == (pin.Side, pin.Until, pin.Reason)) return null;
        return Step(state, state.Pins.With(pin), "pin", Describe(request.SessionId, before), Describe(request.SessionId, pin), request.Caller, now);
    }

    public static RolloutStep Unpin(RolloutState state, string sessionId, Caller caller, DateTimeOffset now)
    {
        var pin = state.Pins.Of(sessionId) ?? throw new UnknownPinException(sessionId);
        return Step(state, state.Pins.Without(sessionId), "unpin", Describe(sessionId, pin), Describe(sessionId, null), caller, now);
    }

    /// <summary>Ends those whose time is over; null when there are none.</summary>
    public static RolloutStep? End(RolloutState state, DateTimeOffset now)
    {
        var over = state.Pins.Where(p => p.Until <= now).ToList();
        if (over.Count == 0) return null;
        var left = new PinSet(state.Pins.Where(p => !(p.Until <= now)));
        return Step(state, left, "unpin", string.Join("; ", over.Select(p => Describe(p.SessionId, p))), "by the split", Clock, now);
    }

    private static RolloutStep Step(RolloutState state, PinSet pins, string action, string from, string to, Caller caller, DateTimeOffset now)
    {
        var step = RolloutRules.Step(state, state with { Pins = pins }, action, caller, false, now);
        return step with { Entry = step.Entry with { From = from, To = to } };
    }

    private static string Describe(string sessionId, Pin? pin) => pin is null
        ? $"{sessionId} by the split"
        : string.Create(CultureInfo.InvariantCulture, $"{sessionId} {pin.Side.Wire()}{(pin.Until is { } until ? $" until {until.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}" : "")}");

    private static BlockedException Blocked(string gate, string observed, string required) => new([new(gate, GateStatus.Fail, observed, required)]);
}
