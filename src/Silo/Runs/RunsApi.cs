using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Gateway;

namespace GaiaOrleans.Silo.Runs;

/// <summary>The body of POST /api/migration/runs.</summary>
public sealed record RunBody(string? Kind, int? Rate, bool DryRun);

/// <summary>The body of PATCH /api/migration/runs/{kind}; null takes the limit away.</summary>
public sealed record RateBody(int? Rate);

/// <summary>Starting, watching and steering runs.</summary>
internal static class RunsApi
{
    private static readonly string[] Kinds = [IRunGrain.Migrate, IRunGrain.Verify];

    public static void MapRuns(this IEndpointRouteBuilder routes)
    {
        var runs = routes.MapGroup("/api/migration/runs");
        runs.MapPost("/", Start).WithName("StartRun").Accepts<RunBody>(isOptional: true, "application/json", "*/*");
        runs.MapGet("/", async (IGrainFactory grains, CancellationToken token) => await Task.WhenAll(Kinds.Select(k => grains.GetGrain<IRunGrain>(k).Status(token)))).WithName("ListRuns");
        runs.MapGet("/{kind}", (string kind, IGrainFactory grains, CancellationToken token) => Run(grains, kind).Status(token)).WithName("GetRun");
        runs.MapPost("/{kind}/pause", (string kind, IGrainFactory grains, CancellationToken token) => Run(grains, kind).Pause(token)).WithName("PauseRun");
        runs.MapPost("/{kind}/resume", (string kind, IGrainFactory grains, CancellationToken token) => Run(grains, kind).Resume(token)).WithName("ResumeRun");
        runs.MapPost("/{kind}/cancel", (string kind, IGrainFactory grains, CancellationToken token) => Run(grains, kind).Cancel(token)).WithName("CancelRun");
        runs.MapPatch("/{kind}", Limit).WithName("LimitRun").Accepts<RateBody>(isOptional: true, "application/json", "*/*");
    }

    private static async Task<IResult> Start(HttpContext context, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var body = await JsonBody.Read<RunBody>(context, cancellationToken);
        var run = Run(grains, body.Kind ?? throw InvalidInputException.Missing("kind"));
        return TypedResults.Accepted($"/api/migration/runs/{body.Kind}", await run.Start(new(body.Rate, body.DryRun), cancellationToken));
    }

    private static async Task<RunStatus> Limit(string kind, HttpContext context, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var body = await JsonBody.Read<RateBody>(context, cancellationToken);
        return await Run(grains, kind).Limit(body.Rate, cancellationToken);
    }

    private static IRunGrain Run(IGrainFactory grains, string kind) =>
        Kinds.Contains(kind) ? grains.GetGrain<IRunGrain>(kind) : throw InvalidInputException.Field("kind", $"must be one of {string.Join(", ", Kinds)}");
}
