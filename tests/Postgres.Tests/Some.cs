using System.Text.Json;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Conflicts;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Postgres.Tests;

/// <summary>Ordinary values, for tests that are about something else.</summary>
internal static class Some
{
    public static readonly DualWriteSettings DualWriteOff = new(Enabled: false, Closing: false, DualWriteMode.GoLeads, AckPolicy.Both);

    public static readonly Caller Operator = new("operator", "because");

    /// <summary>The present, because the database compares with its own clock.</summary>
    public static readonly DateTimeOffset Now = SessionTimestamp.Cut(TimeProvider.System.GetUtcNow());

    /// <summary>As legacy would deliver it, so that it may hold anything.</summary>
    public static SessionDocument Document(string id, string json)
    {
        using var parsed = JsonDocument.Parse(json);
        return SessionDocument.FromLegacy(id, parsed.RootElement, out _);
    }

    /// <summary>A live row that both sides have.</summary>
    public static SessionRow Row(string id, string json = """{"status":"idle"}""") => new()
    {
        Id = id,
        Version = 1,
        LegacyVersion = 1,
        Document = Document(id, json),
        Generation = 1,
        LegacyHash = "hash",
        CommitId = Guid.NewGuid(),
    };

    public static SessionRow Next(this SessionRow row) => row with { Version = row.Version + 1, LegacyVersion = row.Version + 1, CommitId = Guid.NewGuid() };

    public static SessionRow Pending(this SessionRow row, double since = 0, double due = 0) => row with
    {
        LegacyVersion = row.Version - 1,
        PendingSince = Now.AddSeconds(since),
        NextAttemptAt = Now.AddSeconds(due),
    };

    public static SessionRow Deleted(this SessionRow row) => row with { Document = null, DeletedAt = Now };

    public static SessionCommit Commit(SessionRow next, SessionRow? previous = null, TimeSpan? lease = null, KeyedOutcome? key = null) =>
        new(next, previous?.CommitId, Incarnation: 1, Generation: 1, lease, key);

    public static ConflictEntry Open(string field, string? python = "\"active\"", string? go = "\"idle\"") => new(field, python, go, Now, null);

    public static ConflictEntry Decided(string field, string strategy = "go_leads", string? python = null, string? go = null) =>
        new(field, python, go, Now, new(strategy, "operator", Now, "because"));

    public static KeyedOutcome Key(string key, long version = 1, double age = 0) => new(key, $"request-{key}", 201, version, Now.AddSeconds(-age));

    public static RolloutStep Step(RolloutState state, Func<RolloutState, RolloutState> change, string? reason = null)
    {
        var next = change(state) with { Epoch = state.Epoch + 1, UpdatedAt = Now, UpdatedBy = "tester" };
        return new(next, new(next.Epoch, Now, "tester", "split", reason, "before", "after", Forced: false));
    }
}
