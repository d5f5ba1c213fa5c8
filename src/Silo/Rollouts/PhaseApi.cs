using GaiaOrleans.Contracts;
using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Gateway;
using GaiaOrleans.Gateway.Access;
using GaiaOrleans.Gateway.Rollouts;
using GaiaOrleans.Grains.Gates;
using GaiaOrleans.Grains.Rollouts;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Silo.Rollouts;

/// <summary>The body of POST /api/migration/phase.</summary>
public sealed record PhaseBody(string? To, string? Reason, bool? Force = null, long? ExpectedEpoch = null);

/// <summary>A plan as the API shows it, and after a change what came of it.</summary>
/// <param name="Rehearsal">Soaks are seconds and attestations are taken as given.</param>
public sealed record PlanView(
    RolloutPhase From, RolloutPhase To, decimal GoPercentage, bool CanAdvance, bool Rehearsal, IReadOnlyList<GateVerdict> Gates, IReadOnlyList<GateVerdict> Blockers,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)] SplitView? Traffic = null)
{
    public static PlanView Of(PhasePlan plan, bool rehearsal) => new(plan.From, plan.To, plan.GoPercentage, plan.CanAdvance, rehearsal, plan.Gates, plan.Blockers);
}

/// <summary>Where the migration may go, and going there.</summary>
internal static class PhaseApi
{
    private static readonly string Names = string.Join(", ", Enum.GetValues<RolloutPhase>().Select(p => p.Wire()));

    public static void MapPhases(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/migration/plan", Plan).WithName("GetPlan");
        routes.MapPost("/api/migration/phase", Set).WithName("SetPhase").Accepts<PhaseBody>(isOptional: true, "application/json", "*/*");
    }

    /// <summary>To the phase <paramref name="to"/>; without it to the next one.</summary>
    private static async Task<IResult> Plan(
        string? to, IGrainFactory grains, EvidenceCollector evidence, IOptions<RolloutOptions> options, CancellationToken cancellationToken)
    {
        var target = to is null ? (RolloutPhase?)null : Read(to);
        var state = await Rollout(grains).Get(cancellationToken);
        return TypedResults.Ok(PlanView.Of(RolloutRules.Plan(state, target ?? Next(state), await evidence.Collect(grains, state, cancellationToken)), options.Value.Rehearsal));
    }

    public static RolloutPhase Next(RolloutState state) => state.Phase == RolloutPhase.Completed ? state.Phase : state.Phase + 1;

    private static async Task<IResult> Set(HttpContext context, IGrainFactory grains, IOptions<RolloutOptions> options, CancellationToken cancellationToken)
    {
        var body = await JsonBody.Read<PhaseBody>(context, cancellationToken);
        var to = Read(body.To ?? throw InvalidInputException.Missing("to"));
        var (plan, change) = await Rollout(grains).Phase(new(to, context.Caller(body.Reason), body.Force is true, body.ExpectedEpoch), cancellationToken);
        return TypedResults.Ok(PlanView.Of(plan, options.Value.Rehearsal) with { Traffic = SplitView.Of(change) });
    }

    private static RolloutPhase Read(string name) =>
        Enum.GetValues<RolloutPhase>().Cast<RolloutPhase?>().FirstOrDefault(p => p!.Value.Wire() == name)
        ?? throw InvalidInputException.Field("to", $"must be one of {Names}");

    private static IRolloutGrain Rollout(IGrainFactory grains) => grains.GetGrain<IRolloutGrain>(IRolloutGrain.Key);
}
