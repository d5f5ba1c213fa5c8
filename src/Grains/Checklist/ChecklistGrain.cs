using System.Collections.Immutable;
using GaiaOrleans.Contracts.Checklist;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Events;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Runs;
using Microsoft.Extensions.Logging;

namespace GaiaOrleans.Grains.Checklist;

/// <summary>Keeps the last word on each line. What is answered is stored.</summary>
[GrainType("gaia.checklist")]
public sealed partial class ChecklistGrain(
    [PersistentState("checklist", RunGrain.Storage)] IPersistentState<ChecklistState> stored,
    IRolloutStore rollout, IEventLog events, TimeProvider time,
    ILogger<ChecklistGrain> logger)
    : Grain, IChecklistGrain
{
    public Task<ChecklistRecord[]> Records(CancellationToken cancellationToken) => Task.FromResult(stored.State.Records.ToArray());

    public async Task<ChecklistRecord> Attest(string name, Caller caller, CancellationToken cancellationToken) =>
        await Keep(ChecklistRules.Attest(name, caller, await Phase(cancellationToken), time.GetUtcNow()), ChecklistEvents.Attested);

    public async Task<ChecklistRecord> Drill(string name, bool passed, string? evidence, Caller caller, CancellationToken cancellationToken) =>
        await Keep(ChecklistRules.Drill(name, passed, evidence, caller, await Phase(cancellationToken), time.GetUtcNow()), ChecklistEvents.Drilled);

    public async Task Chosen(string name, string value, Caller caller, CancellationToken cancellationToken) =>
        await Keep(new(name, true, value, caller.Actor, time.GetUtcNow(), await Phase(cancellationToken)), ChecklistEvents.Chosen);

    private async Task<RolloutPhase> Phase(CancellationToken cancellationToken) => (await rollout.Read(cancellationToken)).State.Phase;

    private async Task<ChecklistRecord> Keep(ChecklistRecord record, Func<ChecklistRecord, EventDraft> told)
    {
        var before = stored.State;
        stored.State = new() { Records = [.. before.Records.Where(r => r.Name != record.Name), record] };
        try
        {
            await stored.WriteStateAsync();
        }
        catch
        {
            stored.State = before; // what is answered is never ahead of what is stored
            DeactivateOnIdle();
            throw;
        }

        await Begun.Rest("it is kept, and not told as an event", () => events.Append(told(record), CancellationToken.None));
        LogKept(logger, record.Name, record.Passed, record.Actor);
        return record;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "checklist {Name}: passed {Passed}, by {Actor}")]
    private static partial void LogKept(ILogger logger, string name, bool passed, string actor);
}

/// <summary>The stored form of the checklist.</summary>
[GenerateSerializer, Alias("gaia.checklist.stored")]
public sealed class ChecklistState
{
    [Id(0)] public ImmutableArray<ChecklistRecord> Records { get; set; } = [];
}
