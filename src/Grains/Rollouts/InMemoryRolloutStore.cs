using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Gateways;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Events;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>The rollout of a cluster that keeps nothing.</summary>
public sealed class InMemoryRolloutStore(TimeProvider time) : IRolloutStore
{
    private readonly Lock _gate = new();
    private readonly List<HistoryEntry> _history = [];
    private readonly Dictionary<string, GatewayView> _gateways = [];
    private RolloutState _state = InitialState(time.GetUtcNow());

    /// <summary>Where changes leave their events, as those of a database do.</summary>
    public InMemoryEventLog Events { get; } = new(time);

    public RolloutState State
    {
        get { lock (_gate) return _state; }
    }

    /// <summary>What a cluster starts from when nothing is stored.</summary>
    public static RolloutState InitialState(DateTimeOffset now) => new(
        Incarnation: 1, Epoch: 1, FencedEpoch: 1, Generation: 1, RolloutPhase.Preparation, GoPercentage: 0,
        new(Enabled: false, Closing: false, DualWriteMode.GoLeads, AckPolicy.Both), ConflictStrategy.GoLeads, Salt: 0, Paused: null, now, "system", PhaseSince: now);

    public Task<RolloutReading> Read(CancellationToken cancellationToken) => Task.FromResult(new RolloutReading(State, SiloActive: true, time.GetUtcNow()));

    public Task<SchemaReading> Schema(CancellationToken cancellationToken) => Task.FromResult(new SchemaReading(0, 0, "none: nothing is kept"));

    public Task Change(RolloutState next, HistoryEntry entry, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (next.Epoch != _state.Epoch + 1) throw new EpochMismatchException(next.Epoch - 1, _state);
            _state = next;
            _history.Add(entry);
            Events.Append(RolloutEvents.Of(next, entry));
            return Task.CompletedTask;
        }
    }

    /// <summary>The rows' part of a new incarnation.</summary>
    public Action<RolloutState> IncarnationBegun { get; set; } = static _ => { };

    public Task<RolloutState> BeginIncarnation(long present, Caller caller, CancellationToken cancellationToken)
    {
        RolloutState next;
        lock (_gate)
        {
            if (_state.Incarnation > present) return Task.FromResult(_state);
            var step = IncarnationRules.Begin(_state, caller, time.GetUtcNow());
            Change(step.Next, step.Entry, cancellationToken);
            next = step.Next;
        }

        // Not under the lock, which commits take inside their own.
        IncarnationBegun(next);
        return Task.FromResult(next);
    }

    public Task MarkFenced(long epoch, CancellationToken cancellationToken)
    {
        lock (_gate) _state = _state with { FencedEpoch = Math.Max(_state.FencedEpoch, epoch) };
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<HistoryEntry>> History(int limit, CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult<IReadOnlyList<HistoryEntry>>([.. _history.AsEnumerable().Reverse().Take(limit)]);
    }

    public Task<RolloutState> Register(GatewayRegistration gateway, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_gateways.ContainsKey(gateway.Id)) Events.Append(RolloutEvents.Registered(gateway));
            foreach (var older in _gateways.Values.Where(g => g.Name == gateway.Name && g.Id != gateway.Id).ToList()) _gateways.Remove(older.Id);
            _gateways[gateway.Id] = new(gateway.Id, gateway.Name, gateway.Kind, gateway.Epoch, gateway.InFlight, time.GetUtcNow(), true, gateway.Emergency is not null);
            return Task.FromResult(_state);
        }
    }

    public Task<IReadOnlyList<GatewayView>> Gateways(CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult<IReadOnlyList<GatewayView>>([.. _gateways.Values.Select(g => g with { LeaseAgeMs = (time.GetUtcNow() - g.SeenAt).TotalMilliseconds })]);
    }

    public Task RemoveGateway(string id, Caller caller, CancellationToken cancellationToken)
    {
        lock (_gate)
            if (_gateways.Remove(id))
                Events.Append(RolloutEvents.Removed(id, caller));
        return Task.CompletedTask;
    }
}
