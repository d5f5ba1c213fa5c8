using GaiaOrleans.Contracts.Gateways;
using GaiaOrleans.Contracts.Rollouts;

namespace GaiaOrleans.Grains.Events;

/// <summary>What the rollout's own changes look like as events. They are appended by the transaction of the change.</summary>
public static class RolloutEvents
{
    public static EventDraft Of(RolloutState next, HistoryEntry entry) => EventDraft.Of(KindOf(entry.Action), new
    {
        entry.Action,
        entry.Epoch,
        entry.Actor,
        entry.Reason,
        entry.Forced,
        next.Incarnation,
        next.Phase,
        next.GoPercentage,
        DualWrite = new { next.DualWrite.Enabled, next.DualWrite.Closing, next.DualWrite.Mode, next.DualWrite.Ack },
        next.ConflictStrategy,
        next.Paused,
        entry.From,
        entry.To,
    });

    public static EventDraft Registered(GatewayRegistration gateway) =>
        EventDraft.Of(EventKinds.Gateway, new { Action = "registered", gateway.Id, gateway.Name, gateway.Kind });

    public static EventDraft Removed(string id, Caller caller) => EventDraft.Of(EventKinds.Gateway, new { Action = "removed", Id = id, caller.Actor, caller.Reason });

    private static string KindOf(string action) => action switch
    {
        // They place single sessions as the split places all.
        "pin" or "unpin" => EventKinds.Split,
        _ when action.StartsWith("dual_write", StringComparison.Ordinal) => EventKinds.DualWrite,
        _ => EventKinds.All.Contains(action) ? action : EventKinds.Phase,
    };
}
