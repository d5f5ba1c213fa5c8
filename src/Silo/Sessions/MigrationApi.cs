using System.Text.Json;
using System.Text.Json.Nodes;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway;
using GaiaOrleans.Gateway.Sessions;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Silo.Sessions;

/// <summary>The guide's body: <c>{"session_id","validate"}</c>.</summary>
public sealed record SessionBody(string? SessionId, bool? Validate = true)
{
    public string Id => SessionPath.Check(SessionId ?? throw InvalidInputException.Missing("session_id"), "session_id");
}

/// <summary>One session at a time: test, migrate, look.</summary>
internal static class MigrationApi
{
    private const string InspectPrefix = "/api/migration/sessions/";

    public static void MapMigrationSessions(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/migration/test", Test).WithName("TestSession").Accepts<SessionBody>(isOptional: true, "application/json", "*/*");
        routes.MapPost("/api/migration/session", Migrate).WithName("MigrateSession").Accepts<SessionBody>(isOptional: true, "application/json", "*/*");
        routes.MapGet(InspectPrefix + "{**id}", Inspect).WithName("InspectSession");
    }

    /// <summary>Reads legacy, maps it, compares. Changes nothing on either side.</summary>
    private static async Task<IResult> Test(HttpContext context, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var body = await JsonBody.Read<SessionBody>(context, cancellationToken);
        var comparison = await grains.GetGrain<ISessionGrain>(body.Id).Compare(cancellationToken: cancellationToken);
        if (comparison.Status == SessionComparison.Unverified) throw new LegacyUnavailableException(comparison.Reason!);
        if (comparison.Python is null) throw new UnknownSessionException(body.Id);
        // Not migrated yet: what it would become, from the very document that a migration would read.
        var go = comparison.Go ?? Mapped(body.Id, comparison.Python, out _);
        var conflicts = comparison.Go is null ? Misfits(body.Id, comparison.Python) : comparison.Differences.Select(d => View(body.Id, d)).ToArray();
        var validated = conflicts.Length == 0;
        return TypedResults.Ok(new
        {
            Status = comparison.Status == SessionComparison.Pending ? "pending" : validated ? "validated" : "conflicts",
            SessionId = body.Id,
            PythonVersion = JsonNode.Parse(comparison.Python),
            GoVersion = JsonNode.Parse(go),
            Conflicts = conflicts,
            Validated = validated && comparison.Status != SessionComparison.Pending,
        });
    }

    private static async Task<IResult> Migrate(HttpContext context, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var body = await JsonBody.Read<SessionBody>(context, cancellationToken);
        var migration = await grains.GetGrain<ISessionGrain>(body.Id).Migrate(null, release: false, cancellationToken: cancellationToken);
        if (migration.Status == SessionMigration.Skipped) throw new UnknownSessionException(body.Id);
        return TypedResults.Ok(new { migration.Status, SessionId = body.Id, migration.Version, Conflicts = Array.Empty<object>() });
    }

    private static async Task<IResult> Inspect(HttpContext context, IGrainFactory grains, Gateway.Rollouts.GatewayLease lease, CancellationToken cancellationToken)
    {
        var id = SessionPath.IdOf(context, InspectPrefix);
        var found = await grains.GetGrain<ISessionGrain>(id).Inspect(cancellationToken);
        if (found.Comparison is { Python: null, Go: null, Version: 0 } && found.Comparison.Status != SessionComparison.Unverified) throw new UnknownSessionException(id);
        return TypedResults.Ok(new
        {
            SessionId = id,
            found.Comparison.Status,
            found.Comparison.Version,
            found.LegacyVersion,
            found.Pending,
            found.PendingSince,
            found.Attempts,
            found.NextAttemptAt,
            found.Rejected,
            found.OpenConflicts,
            found.Generation,
            Intent = found.IntentStands,
            found.LeaseOwner,
            found.MigratedAt,
            found.MigratedFrom,
            Served = Served(id, found, lease.Known),
            PythonVersion = Node(found.Comparison.Python),
            GoVersion = Node(found.Comparison.Go),
            Conflicts = found.Comparison.Differences.Select(d => View(id, d)),
            found.Comparison.Reason,
        });
    }

    private static object Served(string id, SessionInspection session, Contracts.Rollouts.RolloutState? rollout)
    {
        if (rollout is null) return new { By = (string?)null, Why = "the rollout is not known to this silo" };
        if (SessionRouter.ForwardsOnly(rollout)) return new { By = Side.Python.Wire(), Why = "dual-write is off: everything is forwarded" };
        if (session.ServedHere) return new { By = Side.Go.Wire(), Why = "legacy lacks its last change, or may yet show an earlier one" };
        if (rollout.Phase == Contracts.Rollouts.RolloutPhase.Completed) return new { By = Side.Go.Wire(), Why = "the migration is complete" };
        if (rollout.Pins.Of(id) is { } pin) return new { By = pin.Side.Wire(), Why = $"pinned by {pin.By}: {pin.Reason}" };
        var bucket = Gateway.Rollouts.SplitRule.BucketOf(id, rollout.Salt);
        return new { By = Gateway.Rollouts.SplitRule.SideOf(id, rollout).Wire(), Why = $"bucket {bucket} of 10000 at {rollout.GoPercentage:0.##} %" };
    }

    private static byte[] Mapped(string id, byte[] python, out IReadOnlyList<Misfit> misfits)
    {
        using var json = JsonDocument.Parse(python);
        return SessionDocument.FromLegacy(id, json.RootElement, out misfits).Utf8;
    }

    private static ConflictView[] Misfits(string id, byte[] python)
    {
        Mapped(id, python, out var misfits);
        return [.. misfits.Select(m => new ConflictView(id, m.Field.Name, KeptJson.Node(ValidationError.Of(id, m, 0).PythonValue), null, false))];
    }

    private static ConflictView View(string id, FieldDifference difference) => new(id, difference.Field, Node(difference.PythonValue), Node(difference.GoValue), false);

    private static JsonNode? Node(byte[]? json) => json is null ? null : JsonNode.Parse(json);

    private static object? Node(string? json) => json is "present" ? json : KeptJson.Node(json);

    private sealed record ConflictView(string SessionId, string Field, object? PythonValue, object? GoValue, bool Resolved);
}
