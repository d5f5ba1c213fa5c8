using GaiaOrleans.Contracts.Gateways;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;
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
    IClusterMembershipService membership,
    TimeProvider time,
    IOptions<RolloutOptions> options,
    ILogger<RolloutGrain> logger) : Grain, IRolloutGrain
{
    private readonly GatewayFence _fence = new(time);
    private static readonly Caller System = new("system", "an interrupted change was finished");
    private static readonly Caller SiloGone = new("system", "its silo is dead and its lease has ended");

    private TimeSpan LeaseEnd => options.Value.Lease + options.Value.Margin;

    // What an earlier activation left half done is finished before anything else is promised.
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var state = (await store.Read(cancellationToken)).State;
        if (state.FencedEpoch >= state.Epoch && !state.DualWrite.Closing) return;
        LogFinishing(logger, state.Epoch);
        if (state.DualWrite.Closing) await Change(RolloutRules.Open(state, state.DualWrite.Enabled, System, time.GetUtcNow()));
        else await Fence(state);
    }

    public async Task<RolloutState> Get(CancellationToken cancellationToken) => (await store.Read(cancellationToken)).State;

    public async Task<HistoryEntry[]> History(int limit, CancellationToken cancellationToken) => [.. await store.History(limit, cancellationToken)];

    public async Task<RolloutChange> Split(SplitRequest request, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var state = await Get(cancellationToken);
        RolloutRules.Check(state, request);
        if (request.GoPercentage < state.GoPercentage)
        {
            state = await PrepareToGoBack(state, request.Force, request.Caller, cancellationToken);
            // The epoch that the caller saw has been checked; what was prepared since is part of this change.
            if (request.ExpectedEpoch is not null) request = request with { ExpectedEpoch = state.Epoch };
        }

        var target = RolloutRules.PhaseOf(state.Phase, request.GoPercentage);
        var blockers = target > state.Phase ? Gates.Between(state.Phase, target, state, await evidence.Collect(GrainFactory, cancellationToken)) : [];
        var step = RolloutRules.Split(state, request, blockers, time.GetUtcNow());
        if (step is null) return new(state, 0, time.GetElapsedTime(started).TotalMilliseconds);
        var acknowledged = await Change(step);
        return new(step.Next, acknowledged, time.GetElapsedTime(started).TotalMilliseconds);
    }

    public async Task<RolloutChange> SetDualWrite(DualWriteRequest request, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var state = await Get(cancellationToken);
        var acknowledged = 0;
        if (RolloutRules.DualWriteSettings(state, request, time.GetUtcNow()) is { } settings)
        {
            acknowledged = await Change(settings);
            state = settings.Next;
        }

        if (request.Enabled is { } enabled && enabled != state.DualWrite.Enabled)
            (state, acknowledged) = await Switch(state, enabled, request.Caller);
        return new(state, acknowledged, time.GetElapsedTime(started).TotalMilliseconds);
    }

    public async Task<RollbackResult> Rollback(RollbackRequest request, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var present = await Get(cancellationToken);
        if (request.ToPercentage > present.GoPercentage)
            throw InvalidInputException.Field("to_percentage", $"is above the present {present.GoPercentage:0.##}; a rollback only lowers it");
        var change = await Split(new(request.ToPercentage, request.Caller, request.Force), cancellationToken);
        var pending = await Drain(request.DrainTimeout ?? TimeSpan.FromSeconds(10), cancellationToken);
        return new(change.State, time.GetElapsedTime(started).TotalMilliseconds, pending == 0, pending);
    }

    public Task<RolloutChange> Pause(Caller caller, CancellationToken cancellationToken) => Apply(s => RolloutRules.Pause(s, caller, time.GetUtcNow()), cancellationToken);

    public Task<RolloutChange> Resume(Caller caller, CancellationToken cancellationToken) => Apply(s => RolloutRules.Resume(s, caller, time.GetUtcNow()), cancellationToken);

    public async Task<RolloutGrant> Register(GatewayRegistration gateway, IGatewayObserver observer, CancellationToken cancellationToken)
    {
        var state = await store.Register(gateway, cancellationToken);
        _fence.Reach(gateway.Id, observer);
        return new(state, options.Value.Lease);
    }

    public async Task<GatewayView[]> Gateways(CancellationToken cancellationToken) =>
        [.. (await store.Gateways(cancellationToken)).Select(g => g with { Reachable = _fence.CanReach(g.Id) })];

    public async Task RemoveGateway(string id, Caller caller, CancellationToken cancellationToken)
    {
        await store.RemoveGateway(id, caller, cancellationToken);
        _fence.Forget(id);
        LogRemoved(logger, id, caller.Actor, caller.Reason ?? "");
    }

    /// <summary>Turning dual-write on or off: hold new writes everywhere, then open with the new value, or with the old one.</summary>
    private async Task<(RolloutState State, int Acknowledged)> Switch(RolloutState state, bool enabled, Caller caller)
    {
        var closing = RolloutRules.Close(state, caller, time.GetUtcNow());
        await store.Change(closing.Next, closing.Entry, CancellationToken.None);
        var (open, acknowledged, silent, pending) = await Whole(() => Reopen(state, closing.Next, enabled, caller));
        if (silent.Count > 0) throw new GatewayUnreachableException([.. silent]);
        return pending == 0 ? (open, acknowledged) : throw new PendingWritesException(pending);
    }

    private async Task<(RolloutState Open, int Acknowledged, IReadOnlyList<string> Silent, long Pending)> Reopen(
        RolloutState before, RolloutState closing, bool enabled, Caller caller)
    {
        var fence = await _fence.Push(closing, await store.Gateways(CancellationToken.None), options.Value.CloseWithin, CancellationToken.None);
        long pending = 0;
        if (fence.Complete && !enabled && !before.AfterCutover) pending = await Unfed();
        var go = fence.Complete && pending == 0;
        var open = RolloutRules.Open(closing, go ? enabled : before.DualWrite.Enabled, caller, time.GetUtcNow());
        return (open.Next, await Change(open), fence.Silent, pending);
    }

    /// <summary>What legacy lacks, for whatever reason: forwarded reads would miss it.</summary>
    private async Task<long> Unfed()
    {
        var counts = await sessions.Count(CancellationToken.None);
        return counts.Pending + counts.Disputed;
    }

    /// <summary>
    /// From its first commit on a change does not end with its caller; when something else ends it half way, the next activation finishes it.
    /// </summary>
    private async Task<T> Whole<T>(Func<Task<T>> rest)
    {
        try
        {
            return await rest();
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }

    /// <summary>Going back is never gated, but it must have somewhere to go: legacy answers, and is being fed.</summary>
    private async Task<RolloutState> PrepareToGoBack(RolloutState state, bool force, Caller caller, CancellationToken cancellationToken)
    {
        if (!force && !await legacy.Ping(cancellationToken))
            throw new LegacyUnavailableException("GAIA_HOME does not answer; nothing was changed. With force and a reason the split changes all the same.");
        return state.DualWrite.Enabled ? state : (await SetDualWrite(new(true, null, AckPolicy.Both, caller), cancellationToken)).State;
    }

    private async Task<RolloutChange> Apply(Func<RolloutState, RolloutStep?> rule, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var state = await Get(cancellationToken);
        var acknowledged = 0;
        if (rule(state) is { } step)
        {
            acknowledged = await Change(step);
            state = step.Next;
        }

        return new(state, acknowledged, time.GetElapsedTime(started).TotalMilliseconds);
    }

    private async Task<int> Change(RolloutStep step)
    {
        await store.Change(step.Next, step.Entry, CancellationToken.None);
        LogChanged(logger, step.Entry.Action, step.Entry.From, step.Entry.To, step.Entry.Actor);
        return await Whole(() => Fence(step.Next));
    }

    /// <summary>Returns when every gateway has acknowledged, or when those that have not cannot hold a lease any more.</summary>
    private async Task<int> Fence(RolloutState state)
    {
        var gateways = await store.Gateways(CancellationToken.None);
        var fence = await _fence.Push(state, gateways, LeaseEnd, CancellationToken.None);
        await store.MarkFenced(state.Epoch, CancellationToken.None);
        // Its lease has ended just now and a dead silo renews none. Only where a gateway does nothing without a lease, though: with dual-write
        // off it may go on forwarding, and turning dual-write on must ask it.
        if (state.DualWrite.Enabled || state.AfterCutover)
            foreach (var gone in gateways.Where(g => fence.Silent.Contains(g.Name) && SiloIsDead(g))) await store.RemoveGateway(gone.Id, SiloGone, CancellationToken.None);
        return fence.Acknowledged;
    }

    private bool SiloIsDead(GatewayView gateway) =>
        gateway.Kind == "silo" && membership.CurrentSnapshot.Members.Values.All(m => m.Name != gateway.Name || m.Status == SiloStatus.Dead);

    private async Task<long> Drain(TimeSpan within, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), time);
        while (true)
        {
            var pending = (await sessions.Lag(cancellationToken)).Pending;
            if (pending == 0 || time.GetElapsedTime(started) >= within) return pending;
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "migration {Action}: {From} -> {To} by {Actor}")]
    private static partial void LogChanged(ILogger logger, string action, string from, string to, string actor);

    [LoggerMessage(Level = LogLevel.Warning, Message = "migration: finishing the interrupted change to epoch {Epoch}")]
    private static partial void LogFinishing(ILogger logger, long epoch);

    [LoggerMessage(Level = LogLevel.Warning, Message = "migration: gateway {Gateway} removed by {Actor}: {Reason}")]
    private static partial void LogRemoved(ILogger logger, string gateway, string actor, string reason);
}
