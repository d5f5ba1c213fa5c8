using System.Globalization;
using System.Text.Json;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Gateway;
using GaiaOrleans.Gateway.Sessions;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Silo.Events;

namespace GaiaOrleans.Silo.Runs;

/// <summary>The body of POST /api/migration/runs.</summary>
public sealed record RunBody(string? Kind, int? Rate, bool? DryRun, bool? Repair);

/// <summary>The body of POST /api/migration/runs/{kind}/retry.</summary>
public sealed record RetryBody(string? SessionId);

/// <summary>The body of PATCH /api/migration/runs/{kind}; null takes the limit away.</summary>
public sealed record RateBody(JsonElement Rate);

/// <summary>Starting, watching and steering runs.</summary>
internal static class RunsApi
{
    internal static readonly string[] Kinds = [IRunGrain.Migrate, IRunGrain.Verify, IRunGrain.Reconcile];
    private static readonly string[] Outcomes = ["failed", "skipped", "migrated"];

    public static void MapRuns(this IEndpointRouteBuilder routes)
    {
        var runs = routes.MapGroup("/api/migration/runs");
        runs.MapPost("/", Start).WithName("StartRun").Accepts<RunBody>(isOptional: true, "application/json", "*/*");
        runs.MapGet("/", async (IGrainFactory grains, CancellationToken token) => await Task.WhenAll(Kinds.Select(k => grains.GetGrain<IRunGrain>(k).Status(token)))).WithName("ListRuns");
        runs.MapGet("/{kind}", (string kind, IGrainFactory grains, CancellationToken token) => Run(grains, kind).Status(token)).WithName("GetRun");
        runs.MapPost("/{kind}/pause", (string kind, IGrainFactory grains, CancellationToken token) => Run(grains, kind).Pause(token)).WithName("PauseRun");
        runs.MapPost("/{kind}/resume", (string kind, IGrainFactory grains, CancellationToken token) => Run(grains, kind).Resume(token)).WithName("ResumeRun");
        runs.MapPost("/{kind}/cancel", (string kind, IGrainFactory grains, CancellationToken token) => Run(grains, kind).Cancel(token)).WithName("CancelRun");
        runs.MapGet("/{kind}/events", (string kind, IGrainFactory grains, TimeProvider time, CancellationToken token) =>
            new EventStream(RunEvents.Watch(Run(grains, kind), time, token))).WithName("WatchRun");
        runs.MapGet("/{kind}/ledger", Ledger).WithName("GetRunLedger");
        runs.MapGet("/verify/mismatches", Mismatches).WithName("GetMismatches");
        runs.MapPost("/{kind}/retry", Retry).WithName("RetrySession").Accepts<RetryBody>(isOptional: true, "application/json", "*/*");
        runs.MapPatch("/{kind}", Limit).WithName("LimitRun").Accepts<RateBody>(isOptional: true, "application/json", "*/*");
    }

    private static async Task<IResult> Start(HttpContext context, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var body = await JsonBody.Read<RunBody>(context, cancellationToken);
        if (body.Repair is true && body.Kind != IRunGrain.Verify) throw InvalidInputException.Field("repair", "is for verify runs");
        var run = Run(grains, body.Kind ?? throw InvalidInputException.Missing("kind"));
        return TypedResults.Accepted($"/api/migration/runs/{body.Kind}", await run.Start(new(body.Rate, body.DryRun is true, body.Repair is true), cancellationToken));
    }

    private static async Task<RunStatus> Limit(string kind, HttpContext context, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var body = await JsonBody.Read<RateBody>(context, cancellationToken);
        return await Run(grains, kind).Limit(Given(body.Rate), cancellationToken);
    }

    /// <summary>Left out is not null: a misspelt one would take the limit away.</summary>
    private static int? Given(JsonElement rate) => rate.ValueKind switch
    {
        JsonValueKind.Undefined => throw InvalidInputException.Missing("rate"),
        JsonValueKind.Null => null,
        JsonValueKind.Number when rate.TryGetInt32(out var given) => given,
        _ => throw InvalidInputException.Field("rate", "has a value of the wrong type"),
    };

    private static async Task<IEnumerable<LedgerEntry>> Ledger(string kind, string? outcome, int? limit, string? cursor, HttpContext context, IGrainFactory grains, CancellationToken cancellationToken)
    {
        if (outcome is not null && !Outcomes.Contains(outcome)) throw InvalidInputException.Field("outcome", $"must be one of {string.Join(", ", Outcomes)}");
        var most = Limits.Check(limit);
        var found = await Run(grains, kind).Ledger(outcome, most + 1, Place(cursor), cancellationToken);
        return PlaceCursor.Page(context, found, most, e => [e.At.ToString("O", CultureInfo.InvariantCulture), e.SessionId]);
    }

    /// <summary>Every differing id and field that the last verifications left open, by id.</summary>
    private static async Task<IResult> Mismatches(int? limit, string? cursor, HttpContext context, ISessionStore sessions, CancellationToken cancellationToken)
    {
        var most = Limits.Check(limit);
        var open = await sessions.Mismatches(PlaceCursor.Read(cursor, 2) is [var id, var field] ? (id, field) : null, most + 1, cancellationToken);
        return TypedResults.Ok(PlaceCursor.Page(context, open, most, e => [e.Error.SessionId, e.Error.Field])
            .Select(e => new { e.Error.SessionId, e.Error.Field, e.Error.Rule, PythonValue = KeptJson.Node(e.Error.PythonValue), GoValue = KeptJson.Node(e.Error.GoValue), e.Error.Version, e.At }));
    }

    private static LedgerPlace? Place(string? cursor)
    {
        if (PlaceCursor.Read(cursor, 2) is not [var at, var id]) return null;
        return DateTimeOffset.TryParseExact(at, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment) ? new(moment, id) : throw PlaceCursor.Foreign();
    }

    private static async Task<LedgerEntry> Retry(string kind, HttpContext context, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var body = await JsonBody.Read<RetryBody>(context, cancellationToken);
        return await Run(grains, kind).Retry(SessionPath.Check(body.SessionId ?? throw InvalidInputException.Missing("session_id"), "session_id"), cancellationToken);
    }

    private static IRunGrain Run(IGrainFactory grains, string kind) =>
        Kinds.Contains(kind) ? grains.GetGrain<IRunGrain>(kind) : throw InvalidInputException.Field("kind", $"must be one of {string.Join(", ", Kinds)}");
}
