using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Gateways;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Gateway.Rollouts;

namespace GaiaOrleans.Gateway.Emergencies;

/// <summary>
/// Break glass. On: at once, without the cluster, and for as long as it takes, also through restarts. Off: only when the cluster has answered with
/// an incarnation in which legacy leads, or what was written there meanwhile would be overlooked.
/// </summary>
public sealed partial class EmergencySwitch(EmergencyFile file, GatewayLease lease, TimeProvider time, ILogger<EmergencySwitch> logger)
{
    private readonly Lock _gate = new();

    // The answer does not outlive the process: while it was away dual-write may have been turned on without it.
    private Emergency? _current = file.Read() is { } kept ? kept with { Answered = null } : null;

    /// <summary>Null in ordinary times.</summary>
    public Emergency? Current => Volatile.Read(ref _current);

    /// <summary>What the cluster is told with each registration.</summary>
    public EmergencyNotice? Notice => Current is { } e ? new(e.At, e.Actor, e.Reason, e.Answered) : null;

    /// <exception cref="BlockedException">The migration is complete: GAIA_HOME has not been fed since.</exception>
    public Emergency TurnOn(Caller caller)
    {
        if (string.IsNullOrWhiteSpace(caller.Reason)) throw new ReasonRequiredException("emergency");
        lock (_gate)
        {
            if (_current is { } already) return already;
            if (lease.Known is { Phase: RolloutPhase.Completed })
                throw new BlockedException([new("completed", GateStatus.Fail, "the migration is complete, GAIA_HOME has not been fed since", "a migration that is not complete")]);
            Set(new(time.GetUtcNow(), caller.Actor, caller.Reason));
            LogOn(logger, caller.Actor, caller.Reason);
            return _current!;
        }
    }

    /// <exception cref="BlockedException">The cluster has not answered yet.</exception>
    public void TurnOff(Caller caller)
    {
        if (string.IsNullOrWhiteSpace(caller.Reason)) throw new ReasonRequiredException("emergency");
        lock (_gate)
        {
            if (_current is null) return;
            if (_current.Answered is null || !lease.Held)
                throw new BlockedException([new("cluster_answered", GateStatus.Fail, "the cluster has not heard of the emergency yet", "a cluster that knows what to read anew", _current.At)]);
            Set(null);
            LogOff(logger, caller.Actor, caller.Reason);
        }
    }

    /// <summary>The cluster has heard of it and said by which state it goes on.</summary>
    public void Answered(EmergencyNotice notice, RolloutState state)
    {
        lock (_gate)
        {
            if (_current is not { Answered: null } current || current.At != notice.At) return;
            // It was completed while this gateway was away: GAIA_HOME has not been fed since.
            var over = state.Phase == RolloutPhase.Completed;
            Set(over ? null : current with { Answered = state.Incarnation });
            if (over) LogOff(logger, "system", "the migration is complete");
        }
    }

    private void Set(Emergency? next)
    {
        file.Write(next);
        Volatile.Write(ref _current, next);
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "EMERGENCY: everything is forwarded to GAIA_HOME from now on; {Actor}: {Reason}")]
    private static partial void LogOn(ILogger logger, string actor, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The emergency is over; {Actor}: {Reason}")]
    private static partial void LogOff(ILogger logger, string actor, string reason);
}
