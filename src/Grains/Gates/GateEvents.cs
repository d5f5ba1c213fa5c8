using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Events;

namespace GaiaOrleans.Grains.Gates;

/// <summary>What the gates have to tell.</summary>
internal static class GateEvents
{
    /// <summary>A gate says something else than before. Told once, however often the watch comes to it.</summary>
    public static EventDraft Turned(GateVerdict verdict, GateStanding? before, DateTimeOffset since) => EventDraft.Of(
        EventKinds.Gate,
        new { Action = "turned", verdict.Gate, verdict.Status, Before = before?.Status, verdict.Observed, verdict.Required, verdict.Evidence, Since = since.UtcDateTime },
        $"gate/{verdict.Gate}/{before?.Since.UtcTicks ?? 0}/{verdict.Status}");

    /// <summary>Somebody asked for an advance and was refused. Nothing changed.</summary>
    public static EventDraft Refused(BlockedException refusal, RolloutState state, Caller caller) => EventDraft.Of(
        EventKinds.Phase,
        new
        {
            Action = "refused",
            state.Epoch,
            caller.Actor,
            caller.Reason,
            From = state.Phase,
            To = refusal.Plan?.To,
            Blockers = refusal.Blockers.Select(b => new { b.Gate, b.Status, b.Observed, b.Required, b.Evidence }),
        });
}
