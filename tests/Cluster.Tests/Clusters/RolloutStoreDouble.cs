using GaiaOrleans.Contracts.Gateways;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Rollouts;

namespace GaiaOrleans.Cluster.Tests.Clusters;

/// <summary>The shared rollout row, which goes away at the step that a test names.</summary>
public sealed class RolloutStoreDouble(InMemoryRolloutStore rollout) : IRolloutStore
{
    /// <summary>What a change throws instead of being stored; null = it is stored.</summary>
    public Func<RolloutState, Exception?> OnChange { get; set; } = static _ => null;

    /// <summary>What a change throws when it has been stored: the answer was lost.</summary>
    public Func<RolloutState, Exception?> OnStored { get; set; } = static _ => null;

    /// <summary>The same for the mark that a fence is complete.</summary>
    public Func<long, Exception?> OnFenced { get; set; } = static _ => null;

    /// <summary>What reading the row throws; null = it is read.</summary>
    public Func<Exception?> OnRead { get; set; } = static () => null;

    public void Heal() => (OnChange, OnStored, OnFenced, OnRead) = (static _ => null, static _ => null, static _ => null, static () => null);

    public Task<RolloutReading> Read(CancellationToken cancellationToken) => OnRead() is { } fault ? Task.FromException<RolloutReading>(fault) : rollout.Read(cancellationToken);

    public Task<SchemaReading> Schema(CancellationToken cancellationToken) => rollout.Schema(cancellationToken);

    public async Task Change(RolloutState next, HistoryEntry entry, CancellationToken cancellationToken)
    {
        if (OnChange(next) is { } fault) throw fault;
        await rollout.Change(next, entry, cancellationToken);
        if (OnStored(next) is { } lost) throw lost;
    }

    public Task MarkFenced(long epoch, CancellationToken cancellationToken) => OnFenced(epoch) is { } fault ? Task.FromException(fault) : rollout.MarkFenced(epoch, cancellationToken);

    public Task<RolloutState> BeginIncarnation(long present, Caller caller, CancellationToken cancellationToken) => rollout.BeginIncarnation(present, caller, cancellationToken);

    public Task<IReadOnlyList<HistoryEntry>> History(int limit, CancellationToken cancellationToken) => rollout.History(limit, cancellationToken);

    public Task<RolloutState> Register(GatewayRegistration gateway, CancellationToken cancellationToken) => rollout.Register(gateway, cancellationToken);

    public Task<IReadOnlyList<GatewayView>> Gateways(CancellationToken cancellationToken) => rollout.Gateways(cancellationToken);

    public Task RemoveGateway(string id, Caller caller, CancellationToken cancellationToken) => rollout.RemoveGateway(id, caller, cancellationToken);
}
