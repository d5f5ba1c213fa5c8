using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway;
using GaiaOrleans.Gateway.Access;
using GaiaOrleans.Gateway.Problems;
using GaiaOrleans.Gateway.Sessions;
using GaiaOrleans.Grains.Conflicts;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Silo.Conflicts;

/// <summary>The body of POST /api/migration/conflicts/{id}/resolve: a strategy, or the field's value.</summary>
public sealed record ResolveBody(string? Strategy, JsonElement Value, string? Reason);

/// <summary>The body of POST /api/migration/conflicts/resolve.</summary>
public sealed record ResolveAllBody(string? Strategy, string? Reason, int? Limit);

/// <summary>The body of POST /api/migration/sync.</summary>
public sealed record SyncBody(string? SessionId, string? Source, string? Reason);

/// <summary>What both sides changed: listing it, and deciding.</summary>
internal static class ConflictsApi
{
    public static void MapConflicts(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/migration");
        api.MapGet("/conflicts", async (ISessionStore sessions, int? limit, bool? resolved, CancellationToken token) =>
            (await sessions.Conflicts(Limits.Check(limit), resolved, token)).Select(ConflictView.Of)).WithName("ListConflicts");
        api.MapGet("/conflicts/{id:long}", async (long id, ISessionStore sessions, CancellationToken token) => ConflictView.Of(await Find(sessions, id, token))).WithName("GetConflict");
        api.MapPost("/conflicts/{id:long}/resolve", Resolve).WithName("ResolveConflict").Accepts<ResolveBody>(isOptional: true, "application/json", "*/*");
        api.MapPost("/conflicts/resolve", ResolveAll).WithName("ResolveConflicts").Accepts<ResolveAllBody>(isOptional: true, "application/json", "*/*");
        api.MapPost("/sync", Sync).WithName("SyncSession").Accepts<SyncBody>(isOptional: true, "application/json", "*/*");
    }

    private static async Task<IResult> Resolve(long id, HttpContext context, ISessionStore sessions, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var body = await JsonBody.Read<ResolveBody>(context, cancellationToken);
        var value = body.Value.ValueKind == JsonValueKind.Undefined ? null : Encoding.UTF8.GetBytes(body.Value.GetRawText());
        if (body.Strategy is null && value is null) throw InvalidInputException.Missing("strategy");
        if (body.Strategy is not null && value is not null) throw InvalidInputException.Field("value", "and strategy exclude each other");
        var caller = Because(context, body.Reason);
        var conflict = await Find(sessions, id, cancellationToken);
        if (conflict.Resolved) throw new AlreadyResolvedException(conflict.SessionId);
        await ConflictDecision.Carry(grains, [conflict], value is null ? Decision(body.Strategy) : null, value, caller, cancellationToken);
        return TypedResults.Ok(ConflictView.Of(await Begun.Rest("it is decided", () => Find(sessions, id, cancellationToken))));
    }

    /// <summary>Session by session; one that cannot be decided now stays open, is answered with the reason, and does not stop the others.</summary>
    private static async Task<IResult> ResolveAll(HttpContext context, ISessionStore sessions, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var body = await JsonBody.Read<ResolveAllBody>(context, cancellationToken);
        var strategy = Decision(body.Strategy ?? throw InvalidInputException.Missing("strategy"));
        var caller = Because(context, body.Reason);
        var open = await sessions.Conflicts(Limits.Check(body.Limit), resolved: false, cancellationToken);
        var answered = new List<ConflictView>();
        GaiaException? trouble = null;
        foreach (var session in open.GroupBy(c => c.SessionId))
        {
            Undecided? problem = null;
            // What was set aside is older than what both sides have: a word about all is not meant to bring it back over that.
            ConflictRecord[] meant = [.. session.Where(c => strategy != ConflictStrategy.GoLeads || !SetAside.Is(c.Field))];
            try
            {
                if (meant.Length > 0) await ConflictDecision.Carry(grains, meant, strategy, null, caller, cancellationToken);
            }
            catch (Exception e) when (Unanswered.OrRefused(e, cancellationToken))
            {
                var because = e as GaiaException ?? new InterruptedException();
                problem = new(because.Code, because.Message);
                // Of all that went wrong the answer is what says the least.
                if (trouble is not { MayHaveTakenEffect: true }) trouble = because;
            }

            await Begun.Rest("some may be decided", async () =>
            {
                foreach (var conflict in session)
                {
                    var found = ConflictView.Of(await Find(sessions, conflict.Id, cancellationToken));
                    answered.Add(found.Resolved ? found : found with { Problem = meant.Contains(conflict) ? problem : ByItself });
                }
            });
        }

        return trouble is not null && answered.All(c => c.Problem is not null) ? throw trouble : TypedResults.Ok(answered);
    }

    private static async Task<IResult> Sync(HttpContext context, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var body = await JsonBody.Read<SyncBody>(context, cancellationToken);
        var id = SessionPath.Check(string.IsNullOrEmpty(body.SessionId) ? throw InvalidInputException.Missing("session_id") : body.SessionId, "session_id");
        var source = body.Source switch
        {
            "go" => Side.Go,
            "python" => Side.Python,
            null => throw InvalidInputException.Missing("source"),
            _ => throw InvalidInputException.Field("source", "must be go or python: the side that is right"),
        };
        var settlement = await grains.GetGrain<ISessionGrain>(id).Sync(source, Because(context, body.Reason), cancellationToken);
        return TypedResults.Ok(new { settlement.Status, SessionId = id, Source = source, settlement.Version, settlement.Fields });
    }

    private static readonly Undecided ByItself = new("set_aside", "It would replace what both sides have had since: decide for it by itself, by its id.");

    private static async Task<ConflictRecord> Find(ISessionStore sessions, long id, CancellationToken cancellationToken) =>
        await sessions.FindConflict(id, cancellationToken) ?? throw new UnknownConflictException(id);

    private static ConflictStrategy Decision(string? text) => ConflictSpelling.Strategy(text) switch
    {
        null => throw InvalidInputException.Missing("strategy"),
        ConflictStrategy.Manual => throw InvalidInputException.Field("strategy", "manual leaves it open; decide for go_leads, python_leads or latest, or give a value"),
        var decided => decided.Value,
    };

    private static Caller Because(HttpContext context, string? reason) =>
        context.Caller(string.IsNullOrWhiteSpace(reason) ? throw new ReasonRequiredException("Deciding between the two sides") : reason);
}

/// <summary>A conflict with the guide's names.</summary>
public sealed record ConflictView(
    long Id, string SessionId, string Field, JsonNode? PythonValue, JsonNode? GoValue, DateTimeOffset DetectedAt, bool Resolved, string? Strategy, string? ResolvedBy,
    DateTimeOffset? ResolvedAt, string? Reason)
{
    /// <summary>Only in the answer to a decision about all: why this one was not decided.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Undecided? Problem { get; init; }

    internal static ConflictView Of(ConflictRecord c) => new(
        c.Id, c.SessionId, c.Field, KeptJson.Node(c.PythonValue), KeptJson.Node(c.GoValue), c.DetectedAt, c.Resolved, c.Strategy, c.ResolvedBy, c.ResolvedAt, c.Reason);
}

/// <summary>Why a conflict is still open.</summary>
public sealed record Undecided(string Code, string Detail);
