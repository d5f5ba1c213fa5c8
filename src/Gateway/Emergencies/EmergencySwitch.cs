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
            if (_current.Answered is null || !lease.Held || lease.Known is not { } known || !LegacyLeads(known))
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
            if (_current is not { } current || current.At != notice.At) return;
            // It was completed while this gateway was away: GAIA_HOME has not been fed since.
            var over = state.Phase == RolloutPhase.Completed;
            // Dual-write was turned on without this gateway: what it has forwarded since is overlooked, until the cluster hears of it anew.
            long? answered = LegacyLeads(state) ? state.Incarnation : null;
            if (over || answered != current.Answered) Set(over ? null : current with { Answered = answered });
            if (over) LogOff(logger, "system", "the migration is complete");
        }
    }

    /// <summary>Everything is forwarded there by every gateway, so nothing that this one forwards is overlooked.</summary>
    private static bool LegacyLeads(RolloutState state) => state is { AfterCutover: false, DualWrite.Enabled: false };

    /// <summary>In force at once, whatever becomes of the file: a disk that is full is no reason to leave clients without GAIA_HOME.</summary>
    private void Set(Emergency? next)
    {
        Volatile.Write(ref _current, next);
        try
        {
            file.Write(next);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogForgotten(logger, file.Path, next is null ? "off" : "on", e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "EMERGENCY: everything is forwarded to GAIA_HOME from now on; {Actor}: {Reason}")]
    private static partial void LogOn(ILogger logger, string actor, string reason);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Gateway:StateFile '{Path}' cannot be written: that the emergency is {State} holds until this process ends, and not longer: {Reason}")]
    private static partial void LogForgotten(ILogger logger, string path, string state, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The emergency is over; {Actor}: {Reason}")]
    private static partial void LogOff(ILogger logger, string actor, string reason);
}
