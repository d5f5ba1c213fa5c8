using GaiaOrleans.Grains.Guard;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Runs;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Webhooks;
using GaiaOrleans.Grains.Windows;

namespace GaiaOrleans.Silo.InMemory;

/// <summary>What the silos of one process have in common when there is no database.</summary>
internal sealed class SharedMemory(TimeProvider time)
{
    private readonly InMemoryRolloutStore _rollout = new(time);

    public InMemoryRolloutStore Rollout => _rollout;

    public InMemoryRunLedger Ledger { get; } = new();

    public InMemoryDeliveryLog Deliveries { get; } = new();
    public InMemoryWindowStore Windows { get; } = new(time);

    public InMemoryGuardStore Guard { get => field ??= new(_rollout.Events); }

    public InMemorySessionStore Sessions { get => field ??= Attached(new(_rollout, time)); }

    private InMemorySessionStore Attached(InMemorySessionStore sessions)
    {
        _rollout.IncarnationBegun = sessions.Forget;
        return sessions;
    }
}
