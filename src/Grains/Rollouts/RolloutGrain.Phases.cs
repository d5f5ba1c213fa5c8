using GaiaOrleans.Contracts.Checklist;
using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Gates;
using GaiaOrleans.Grains.Telemetry;
using Microsoft.Extensions.Logging;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>Moving from phase to phase, past the gates between them.</summary>
public sealed partial class RolloutGrain
{
    public async Task<PhaseChange> Phase(PhaseRequest request, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var state = await Get(cancellationToken);
        RolloutRules.Check(state, request);
        // The epoch that the caller saw is checked; what has to be prepared is part of this change.
        request = request with { ExpectedEpoch = null };
        var percentage = PhaseRules.PercentageIn(request.To, state.GoPercentage);
        if (percentage < state.GoPercentage)
            state = await PrepareToGoBack(state, request.Force, request.Caller, cancellationToken);

        var gates = await Ahead(state, request.To, cancellationToken);
        var plan = RolloutRules.Plan(state, request.To, percentage, gates);
        var now = await Now(cancellationToken);
        var step = await Judged(() => RolloutRules.Phase(state, request, gates, now), state, request.Caller);
        if (step is not null && RolloutRules.CutsOverUnfed(state, step.Next))
        {
            state = await Feed(state, request.Caller, cancellationToken);
            step = RolloutRules.Phase(state, request, gates, now);
        }

        Steps.Reach(Steps.PhaseJudged);
        var acknowledged = step is null ? 0 : await Change(step);
        return new(plan, new(step?.Next ?? state, acknowledged, time.GetElapsedTime(started).TotalMilliseconds));
    }

    /// <summary>What the gates say that lie between here and there. Going back asks none.</summary>
    private async Task<IReadOnlyList<GateVerdict>> Ahead(RolloutState state, RolloutPhase to, CancellationToken cancellationToken) =>
        to > state.Phase ? PhaseGates.Between(state.Phase, to, state, await evidence.Collect(GrainFactory, state, cancellationToken)) : [];

    /// <summary>
    /// The later of our clock and that of the windows: a phase that seemed to begin earlier than it did would count minutes that were before it.
    /// </summary>
    private async Task<DateTimeOffset> Now(CancellationToken cancellationToken) =>
        await windows.Now(cancellationToken) is var theirs && theirs > time.GetUtcNow() ? theirs : time.GetUtcNow();

    /// <summary>A refused advance changes nothing, and is told all the same.</summary>
    private async Task<RolloutStep?> Judged(Func<RolloutStep?> rule, RolloutState state, Caller caller)
    {
        try
        {
            return rule();
        }
        catch (BlockedException refusal)
        {
            LogRefused(logger, caller.Actor, refusal.Message);
            await events.Append(GateEvents.Refused(refusal, state, caller), CancellationToken.None);
            throw;
        }
    }

    /// <summary>Chosen, were it what it was before: a gate wants somebody to have thought about it.</summary>
    private Task Chose(ConflictStrategy strategy, Caller caller, CancellationToken cancellationToken) =>
        GrainFactory.GetGrain<IChecklistGrain>(IChecklistGrain.Key).Chosen(PreparationGates.ConflictStrategy, strategy.ToString(), caller, cancellationToken);

    [LoggerMessage(Level = LogLevel.Information, Message = "migration: an advance of {Actor} was refused: {Reason}")]
    private static partial void LogRefused(ILogger logger, string actor, string reason);
}
