using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Events;
using GaiaOrleans.Grains.Gates;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Telemetry;
using GaiaOrleans.Grains.Windows;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>Coordinates; the stored row decides. A duplicate of this grain can neither extend a lease nor change anything unseen.</summary>
[GrainType("gaia.rollout")]
public sealed partial class RolloutGrain(
    IRolloutStore store,
    ISessionStore sessions,
    ILegacySessions legacy,
    EvidenceCollector evidence,
    IEventLog events,
    IWindowStore windows,
    IClusterMembershipService membership,
    TimeProvider time,
    IOptions<RolloutOptions> options,
    ILogger<RolloutGrain> logger) : Grain, IRolloutGrain
{
    private readonly GatewayFence _fence = new(time);
    private static readonly Caller SiloGone = new("system", "its silo is dead and its lease has ended");

    private TimeSpan LeaseEnd => options.Value.Lease + options.Value.Margin;

    public async Task<RolloutState> Get(CancellationToken cancellationToken) => (await store.Read(cancellationToken)).State;

    public async Task<HistoryEntry[]> History(int limit, CancellationToken cancellationToken) => [.. await store.History(limit, cancellationToken)];

    public async Task<RolloutChange> Split(SplitRequest request, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var state = await Settled(cancellationToken);
        RolloutRules.Check(state, request);
        // The epoch that the caller saw is checked; what has to be prepared is part of this change.
        request = request with { ExpectedEpoch = null };
        var ready = request.GoPercentage < state.GoPercentage ? await PrepareToGoBack(state, request.Force, request.Caller, cancellationToken) : state;
        return await OnceFed(state, ready, async token =>
        {
            var gates = await Ahead(ready, PhaseRules.PhaseOf(ready.Phase, request.GoPercentage), token);
            var now = await Now(token);
            var (next, acknowledged) = await Take(s => RolloutRules.Split(s, request, gates, now), ready, request.Caller, token);
            return new RolloutChange(next, acknowledged, time.GetElapsedTime(started).TotalMilliseconds);
        }, cancellationToken);
    }

    public Task<RolloutChange> Pause(Caller caller, CancellationToken cancellationToken) => Apply(s => RolloutRules.Pause(s, caller, time.GetUtcNow()), cancellationToken);

    public Task<RolloutChange> Resume(Caller caller, CancellationToken cancellationToken) => Apply(s => RolloutRules.Resume(s, caller, time.GetUtcNow()), cancellationToken);

    /// <summary>
    /// From its first commit on a change does not end with its caller; when something else ends it half way, the next activation finishes it. The answer to
    /// that commit may be what is lost.
    /// </summary>
    /// <exception cref="StorageUnavailableException">Nothing of it was stored.</exception>
    /// <exception cref="ChangeUnknownException">It may have been, or is not finished.</exception>
    private Task<T> Whole<T>(Func<Task<RolloutState>> first, Func<RolloutState, Task<T>> rest) => Attended(async () =>
    {
        RolloutState? stored = null;
        try
        {
            stored = await first();
            return await Begun.Rest("it is stored and not finished", () => rest(stored));
        }
        // Of one that another came before, and of one that the store refused, nothing was stored.
        catch (Exception e) when (stored is not null || e is not (EpochMismatchException or PendingWritesException))
        {
            DeactivateOnIdle();
            throw;
        }
    });

    private async Task<RolloutChange> Apply(Func<RolloutState, RolloutStep?> rule, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var state = await Settled(cancellationToken);
        var acknowledged = 0;
        if (rule(state) is { } step)
        {
            acknowledged = await Change(step);
            state = step.Next;
        }

        return new(state, acknowledged, time.GetElapsedTime(started).TotalMilliseconds);
    }

    private Task<int> Change(RolloutStep step) => Whole(() => Store(step), async next =>
    {
        Steps.Reach(next.DualWrite.Closing ? Steps.SwitchTurned : Steps.ChangeStored);
        LogChanged(logger, step.Entry.Action, step.Entry.From, step.Entry.To, step.Entry.Actor);
        WatchPins(next);
        return await Fence(next);
    });

    private async Task<RolloutState> Store(RolloutStep step)
    {
        await store.Change(step.Next, step.Entry, CancellationToken.None);
        return step.Next;
    }

    /// <summary>Returns when every gateway has acknowledged, or when those that have not cannot hold a lease any more.</summary>
    private async Task<int> Fence(RolloutState state)
    {
        var gateways = await store.Gateways(CancellationToken.None);
        var fence = await _fence.Push(state, gateways, LeaseEnd, CancellationToken.None);
        Steps.Reach(Steps.ChangeAcknowledged);
        await store.MarkFenced(state.Epoch, CancellationToken.None);
        Steps.Reach(Steps.ChangeFenced);
        // Its lease has ended just now and a dead silo renews none. Only where a gateway does nothing without a lease, though: with dual-write
        // off it may go on forwarding, and turning dual-write on must ask it.
        if (state.DualWrite.Enabled || state.AfterCutover)
            foreach (var gone in gateways.Where(g => fence.Silent.Contains(g.Name) && SiloIsDead(g))) await store.RemoveGateway(gone.Id, SiloGone, CancellationToken.None);
        return fence.Acknowledged;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "migration {Action}: {From} -> {To} by {Actor}")]
    private static partial void LogChanged(ILogger logger, string action, string from, string to, string actor);
}
