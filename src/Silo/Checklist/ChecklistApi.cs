using GaiaOrleans.Contracts.Checklist;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Gateway;
using GaiaOrleans.Gateway.Access;
using GaiaOrleans.Grains.Checklist;
using GaiaOrleans.Grains.Gates;
using GaiaOrleans.Grains.Rollouts;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Silo.Checklist;

/// <summary>The body of POST /api/migration/attestations.</summary>
public sealed record AttestationBody(string? Name, string? Note);

/// <summary>The body of POST /api/migration/drills; <c>result</c> is <c>passed</c> or <c>failed</c>.</summary>
public sealed record DrillBody(string? Name, string? Result, string? Evidence);

/// <summary>The guide's checklists, what people say about them, and what they tried.</summary>
internal static class ChecklistApi
{
    public static void MapChecklist(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/migration");
        api.MapGet("/checklist", Show).WithName("GetChecklist");
        api.MapPost("/attestations", Attest).WithName("Attest").Accepts<AttestationBody>(isOptional: true, "application/json", "*/*");
        api.MapPost("/drills", Drill).WithName("RecordDrill").Accepts<DrillBody>(isOptional: true, "application/json", "*/*");
    }

    private static async Task<IResult> Show(
        IGrainFactory grains, IRolloutStore store, EvidenceCollector evidence, IOptions<RolloutOptions> options, CancellationToken cancellationToken)
    {
        var state = await grains.GetGrain<IRolloutGrain>(IRolloutGrain.Key).Get(cancellationToken);
        var history = await store.Milestones(1_000, cancellationToken);
        var lines = ChecklistPage.Of(state, history, await evidence.Collect(grains, state, cancellationToken));
        return TypedResults.Ok(new { state.Phase, options.Value.Rehearsal, Lines = lines });
    }

    private static async Task<IResult> Attest(HttpContext context, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var body = await JsonBody.Read<AttestationBody>(context, cancellationToken);
        var record = await Checklist(grains).Attest(body.Name ?? throw InvalidInputException.Missing("name"), context.Caller(body.Note), cancellationToken);
        return TypedResults.Ok(new { record.Name, record.Note, record.Actor, record.At, record.Phase });
    }

    private static async Task<IResult> Drill(HttpContext context, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var body = await JsonBody.Read<DrillBody>(context, cancellationToken);
        var name = body.Name ?? throw InvalidInputException.Missing("name");
        var passed = body.Result switch
        {
            "passed" => true,
            "failed" => false,
            null => throw InvalidInputException.Missing("result"),
            _ => throw InvalidInputException.Field("result", "must be passed or failed"),
        };
        var record = await Checklist(grains).Drill(name, passed, body.Evidence, context.Caller(), cancellationToken);
        return TypedResults.Ok(new { record.Name, Result = record.Passed ? "passed" : "failed", Evidence = record.Note, record.Actor, record.At, record.Phase });
    }

    private static IChecklistGrain Checklist(IGrainFactory grains) => grains.GetGrain<IChecklistGrain>(IChecklistGrain.Key);
}
