using System.Collections.Immutable;
using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Events;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Runs;
using Microsoft.Extensions.Logging;

namespace GaiaOrleans.Grains.Gates;

/// <summary>Remembers how long each gate has stood as it does. A gate that turns while nobody looks has turned when somebody looks again.</summary>
[GrainType("gaia.gates")]
public sealed partial class GateWatchGrain(
    [PersistentState("gate_watch", RunGrain.Storage)] IPersistentState<GateWatchState> stored,
    EvidenceCollector evidence,
    IRolloutStore rollout,
    IEventLog events,
    TimeProvider time,
    ILogger<GateWatchGrain> logger) : Grain, IGateWatchGrain
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    // In memory only: whoever scrapes does so again within seconds, and until then nothing is known.
    private ImmutableDictionary<string, DateTimeOffset> _scrapes = ImmutableDictionary<string, DateTimeOffset>.Empty;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(Tick, new GrainTimerCreationOptions { DueTime = Period, Period = Period, KeepAlive = true });
        return Task.CompletedTask;
    }

    public Task<GateSightings> Sightings(CancellationToken cancellationToken) => Task.FromResult(new GateSightings(stored.State.Standings, _scrapes));

    public Task Scraped(string silo, CancellationToken cancellationToken)
    {
        _scrapes = _scrapes.SetItem(silo, time.GetUtcNow());
        return Task.CompletedTask;
    }

    public async Task Look(CancellationToken cancellationToken)
    {
        var state = (await rollout.Read(cancellationToken)).State;
        var verdicts = PhaseGates.All(state, await evidence.Collect(GrainFactory, state, cancellationToken));
        var before = stored.State.Standings;
        var turned = verdicts.Where(v => !before.TryGetValue(v.Gate, out var standing) || standing.Status != v.Status).ToList();
        if (turned.Count == 0) return;
        var now = time.GetUtcNow();
        foreach (var verdict in turned) await events.Append(GateEvents.Turned(verdict, before.GetValueOrDefault(verdict.Gate), now), cancellationToken);
        var after = new Dictionary<string, GateStanding>(before);
        foreach (var verdict in turned) after[verdict.Gate] = new(verdict.Status, now);
        await Keep(after);
        foreach (var verdict in turned) LogTurned(logger, verdict.Gate, verdict.Status, verdict.Observed, verdict.Required);
    }

    private async Task Tick(CancellationToken cancellationToken)
    {
        try
        {
            await Look(cancellationToken);
        }
        catch (Exception e) when (Unanswered.OrRefused(e, cancellationToken))
        {
            LogNotSeen(logger, e.Message);
        }
    }

    private async Task Keep(Dictionary<string, GateStanding> standings)
    {
        var before = stored.State;
        stored.State = new() { Standings = standings };
        try
        {
            await stored.WriteStateAsync();
        }
        catch
        {
            stored.State = before;
            DeactivateOnIdle();
            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "gate {Gate}: {Status}, {Observed}; required: {Required}")]
    private static partial void LogTurned(ILogger logger, string gate, GateStatus status, string observed, string required);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The gates could not be looked at: {Reason}")]
    private static partial void LogNotSeen(ILogger logger, string reason);
}

/// <summary>The stored form of the watch.</summary>
[GenerateSerializer, Alias("gaia.gates.stored")]
public sealed class GateWatchState
{
    /// <summary>Replaced whole and never changed. Of an immutable dictionary the storage reads nothing back.</summary>
    [Id(0)] public Dictionary<string, GateStanding> Standings { get; set; } = [];
}
