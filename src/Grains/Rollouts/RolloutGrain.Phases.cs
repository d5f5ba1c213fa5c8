using GaiaOrleans.Contracts;
using GaiaOrleans.Contracts.Checklist;
using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Problems;
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
        var state = await Settled(cancellationToken);
        RolloutRules.Check(state, request);
        // The epoch that the caller saw is checked; what has to be prepared is part of this change.
        request = request with { ExpectedEpoch = null };
        var percentage = PhaseRules.PercentageIn(request.To, state.GoPercentage);
        var ready = percentage < state.GoPercentage ? await PrepareToGoBack(state, request.Force, request.Caller, cancellationToken) : state;
        return await OnceFed(state, ready, async token =>
        {
            var gates = await Ahead(ready, request.To, token);
            var plan = RolloutRules.Plan(ready, request.To, percentage, gates);
            var now = await Now(token);
            var (next, acknowledged) = await Take(s => RolloutRules.Phase(s, request, gates, now), ready, request.Caller, token, Steps.PhaseJudged);
            return new PhaseChange(plan, new(next, acknowledged, time.GetElapsedTime(started).TotalMilliseconds));
        }, cancellationToken);
    }

    /// <summary>The step that a rule decides on, if any, with dual-write turned on before it where it cuts over.</summary>
    /// <param name="judged">The name of the moment between deciding and changing.</param>
    private async Task<(RolloutState Next, int Acknowledged)> Take(
        Func<RolloutState, RolloutStep?> rule, RolloutState state, Caller caller, CancellationToken cancellationToken, string? judged = null)
    {
        var step = await Judged(() => rule(state), state, caller);
        if (step is null || !RolloutRules.CutsOverUnfed(state, step.Next)) return await Carry(step, state);
        var fed = await Feed(state, caller, cancellationToken);
        return await OnceFed(state, fed, _ => Carry(rule(fed), fed), cancellationToken);

        async Task<(RolloutState, int)> Carry(RolloutStep? taken, RolloutState from)
        {
            if (judged is not null) Steps.Reach(judged);
            return taken is null ? (from, 0) : (taken.Next, await Change(taken));
        }
    }

    /// <summary>What is refused after dual-write was turned on for it has changed something all the same, and does not end with its caller any more.</summary>
    private static Task<T> OnceFed<T>(RolloutState before, RolloutState ready, Func<CancellationToken, Task<T>> rest, CancellationToken cancellationToken) =>
        ready.Epoch == before.Epoch ? rest(cancellationToken) : Begun.Rest("dual-write was turned on, and nothing more", () => rest(CancellationToken.None));

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
        GrainFactory.GetGrain<IChecklistGrain>(IChecklistGrain.Key).Chosen(PreparationGates.ConflictStrategy, strategy.Wire(), caller, cancellationToken);

    [LoggerMessage(Level = LogLevel.Information, Message = "migration: an advance of {Actor} was refused: {Reason}")]
    private static partial void LogRefused(ILogger logger, string actor, string reason);
}
