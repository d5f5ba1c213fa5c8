using System.Text.Json;
using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Gateways;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Gateway;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Silo.Postgres.Sessions;
using Npgsql;

namespace GaiaOrleans.Silo.Postgres.Rollouts;

/// <summary>The statements over rollout_state and its tables, and how their rows map themselves.</summary>
internal static class RolloutSql
{
    private const string Columns =
        "s.incarnation, s.epoch, s.fenced_epoch, s.generation, s.phase, s.go_percentage, s.enabled, s.closing, s.mode, s.ack, s.conflict_strategy, s.salt, s.paused, s.updated_at, s.updated_by, s.phase_since, s.pins";

    /// <summary>What legacy lacks, or may be made to lack, where dual-write is on; no row where it is off. Each part by an index that holds nothing else.</summary>
    public const string Unfed = $"""
        SELECT (SELECT count(*) FROM session_records WHERE {SessionSql.Behind}) + (SELECT count(*) FROM session_records WHERE late_until IS NOT NULL AND NOT {SessionSql.Behind})
        FROM rollout_state WHERE enabled
        """;

    /// <summary>The row, and whether the membership table counts the asking silo as active (status 3).</summary>
    public const string Read = $"""
        SELECT {Columns}, EXISTS (SELECT 1 FROM orleansmembershiptable m WHERE m.deploymentid = $1 AND m.address = $2 AND m.port = $3 AND m.generation = $4 AND m.status = 3), clock_timestamp()
        FROM rollout_state s
        """;

    public const string ReadForUpdate = $"SELECT {Columns} FROM rollout_state s FOR UPDATE";

    public const string ReadForShare = $"SELECT {Columns} FROM rollout_state s FOR SHARE";

    public const string Seed = """
        INSERT INTO rollout_state (id, incarnation, epoch, fenced_epoch, generation, phase, go_percentage, enabled, closing, mode, ack, conflict_strategy, salt, paused, updated_at, updated_by, phase_since, pins)
        VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17::jsonb) ON CONFLICT (id) DO NOTHING
        """;

    public const string Change = """
        UPDATE rollout_state SET incarnation = $1, epoch = $2, fenced_epoch = $3, generation = $4, phase = $5, go_percentage = $6, enabled = $7, closing = $8,
            mode = $9, ack = $10, conflict_strategy = $11, salt = $12, paused = $13, updated_at = $14, updated_by = $15, phase_since = $16, pins = $17::jsonb
        WHERE epoch = $2 - 1
        """;

    public const string AddHistory = """
        INSERT INTO rollout_history (epoch, at, actor, action, reason, from_state, to_state, forced, verdicts, from_percentage, to_percentage) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10, $11)
        """;

    public static readonly string LockTerms = $"SELECT pg_advisory_xact_lock({SessionSql.TermsLock})";

    public const string BeginIncarnation = "SELECT begin_incarnation($2, $3) FROM rollout_state WHERE incarnation <= $1";

    public const string MarkFenced = "UPDATE rollout_state SET fenced_epoch = greatest(fenced_epoch, $1)";

    private const string Entries = "SELECT epoch, at, actor, action, reason, from_state, to_state, forced, verdicts, from_percentage, to_percentage FROM rollout_history";

    public const string History = $"{Entries} ORDER BY epoch DESC LIMIT $1";

    public const string Milestones = $"{Entries} WHERE from_percentage IS NOT NULL OR verdicts IS NOT NULL OR action IN ('pause', 'resume') ORDER BY epoch DESC LIMIT $1";

    public const string Scripts = "SELECT count(*), substring(max(scriptname) FROM '[0-9]{4}_[a-z_]+') FROM schemaversions";

    /// <summary>Answers whether this gateway was known before.</summary>
    public const string Register = """
        WITH known AS (SELECT FROM rollout_gateways WHERE id = $2)
        INSERT INTO rollout_gateways (name, id, kind, epoch, in_flight, seen_at, emergency) VALUES ($1, $2, $3, $4, $5, now(), $6)
        ON CONFLICT (name) DO UPDATE SET id = EXCLUDED.id, kind = EXCLUDED.kind, epoch = EXCLUDED.epoch, in_flight = EXCLUDED.in_flight, seen_at = now(), emergency = EXCLUDED.emergency
        RETURNING EXISTS (SELECT FROM known)
        """;

    public const string Gateways = "SELECT id, name, kind, epoch, in_flight, seen_at, emergency, extract(epoch FROM clock_timestamp() - seen_at)::double precision * 1000 FROM rollout_gateways ORDER BY name";

    public const string RemoveGateway = "DELETE FROM rollout_gateways WHERE id = $1";

    public static RolloutState State(NpgsqlDataReader r) => new(
        r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), Enum.Parse<RolloutPhase>(r.GetString(4)), Trimmed(r.GetDecimal(5)),
        new(r.GetBoolean(6), r.GetBoolean(7), Enum.Parse<DualWriteMode>(r.GetString(8)), Enum.Parse<AckPolicy>(r.GetString(9))),
        Enum.Parse<ConflictStrategy>(r.GetString(10)), r.GetInt64(11), r.IsDBNull(12) ? null : r.GetString(12), r.GetFieldValue<DateTimeOffset>(13), r.GetString(14),
        r.GetFieldValue<DateTimeOffset>(15))
    {
        Pins = ReadPins(r.GetString(16)),
    };

    /// <summary>10.00 is stored, 10 is what people wrote.</summary>
    private static decimal Trimmed(decimal value) => value / 1.000000000000000000000000000000000m;

    private static PinSet ReadPins(string json) => json == "[]" ? PinSet.None : new(JsonSerializer.Deserialize<Pin[]>(json, GaiaJson.Options)!);

    public static object?[] Values(RolloutState s) =>
    [
        s.Incarnation, s.Epoch, s.FencedEpoch, s.Generation, s.Phase.ToString(), s.GoPercentage, s.DualWrite.Enabled, s.DualWrite.Closing, s.DualWrite.Mode.ToString(),
        s.DualWrite.Ack.ToString(), s.ConflictStrategy.ToString(), s.Salt, s.Paused, s.UpdatedAt.UtcDateTime, s.UpdatedBy, s.PhaseSince.UtcDateTime, JsonSerializer.Serialize(s.Pins.ToArray(), GaiaJson.Options),
    ];

    public static HistoryEntry Entry(NpgsqlDataReader r) => new(
        r.GetInt64(0), r.GetFieldValue<DateTimeOffset>(1), r.GetString(2), r.GetString(3), r.IsDBNull(4) ? null : r.GetString(4), r.GetString(5), r.GetString(6), r.GetBoolean(7),
        r.IsDBNull(8) ? null : JsonSerializer.Deserialize<GateVerdict[]>(r.GetString(8), GaiaJson.Options),
        r.IsDBNull(9) ? null : new(Trimmed(r.GetDecimal(9)), Trimmed(r.GetDecimal(10))));

    public static string? Verdicts(HistoryEntry entry) => entry.Verdicts is { } verdicts ? JsonSerializer.Serialize(verdicts.Select(Storable), GaiaJson.Options) : null;

    private static GateVerdict Storable(GateVerdict verdict) => verdict with
    {
        Observed = StorableText.Of(verdict.Observed),
        Required = StorableText.Of(verdict.Required),
        Evidence = verdict.Evidence is { } evidence ? StorableText.Of(evidence) : null,
    };

    public static GatewayView Gateway(NpgsqlDataReader r) => new(
        r.GetString(0), r.GetString(1), r.GetString(2), r.GetInt64(3), r.GetInt64(4), r.GetFieldValue<DateTimeOffset>(5), false, r.GetBoolean(6), Math.Round(r.GetDouble(7), 1));
}
