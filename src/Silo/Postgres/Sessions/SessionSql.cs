using System.Globalization;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Silo.Postgres.Sessions;

/// <summary>The statements over session_records, built once from the same column lists that the parameters and readers use.</summary>
internal static class SessionSql
{
    /// <summary>A change of incarnation or generation takes this lock exclusively, so it waits for running commits and later ones see it.</summary>
    public const long TermsLock = 0x6761_6961_0002; // "gaia", 2

    /// <summary>Bookkeeping columns with their types, after id, the fields and extra.</summary>
    public static readonly IReadOnlyList<(string Name, string Type)> Bookkeeping =
    [
        ("version", "bigint"), ("deleted_at", "timestamptz"), ("legacy_version", "bigint"), ("intent", "jsonb"), ("generation", "bigint"),
        ("legacy_hash", "text"), ("sent", "bytea"), ("owner", "text"), ("pending_since", "timestamptz"), ("next_attempt_at", "timestamptz"),
        ("attempts", "integer"), ("rejected", "jsonb"), ("commit_id", "uuid"), ("previous_commit_id", "uuid"), ("migrated_at", "timestamptz"),
        ("migrated_from", "text"), ("conflict", "jsonb"), ("agreed", "jsonb"),
    ];

    /// <summary>What travels with a commit and is not a column of its row.</summary>
    public static readonly IReadOnlyList<(string Name, string Type)> Terms =
    [
        ("incarnation", "bigint"), ("terms_generation", "bigint"), ("lease_ms", "bigint"), ("late_ms", "bigint"),
    ];

    /// <summary>What travels besides in a batch of which any change has an idempotency key.</summary>
    private static readonly IReadOnlyList<(string Name, string Type)> Key =
    [
        ("key", "text"), ("request_hash", "text"), ("key_status", "integer"), ("key_at", "timestamptz"), ("key_asked", "text"),
    ];

    public static readonly string TakeTermsLock = $"SELECT pg_advisory_xact_lock_shared({TermsLock})";

    private static readonly string[] WrittenColumns = [.. SessionColumns.Fields.Select(f => f.Name), "extra", .. Bookkeeping.Select(c => c.Name)];

    // On the database's own clock, which is the only one that all silos go by.
    private static readonly string[] Until = ["send_lease_until", "late_until"];
    private static readonly string Written = string.Join(", ", WrittenColumns);

    /// <summary>id, the fields, extra, the bookkeeping, what an older build remembered: the order in which <see cref="SessionRows"/> reads.</summary>
    public static readonly string SelectColumns = $"r.id, {string.Join(", ", SessionColumns.Fields.Select(f => "r." + f.Name))}, r.extra, {string.Join(", ", Bookkeeping.Select(c => "r." + c.Name))}, nullif(r.recent_sends, '[]')";

    /// <summary>
    /// Many rows, each with its own compare-and-swap on the commit id before it, all refused when the rollout's terms are not the ones decided under, and when
    /// the silo that writes was declared dead: its successor serves the row as it is. One whose key is known already is refused as well, if that is asked.
    /// Which of them were written is looked up for the keys, and not joined: hash joins are off here, and the batch would be gone through once for each of its rows.
    /// Changes and new rows apart: an upsert locks each row before it changes it, and would create one that is gone. Answers the ids that were written.
    /// </summary>
    public static readonly string Commit = CommitOf([.. Terms, .. Key], keyed: true);

    /// <summary>The same of a batch without a key. The keys' table has a partition for each day, and each of them would be opened to find nothing there.</summary>
    public static readonly string CommitWithoutKeys = CommitOf(Terms, keyed: false);

    public const string Known = "SELECT id FROM session_records WHERE id = ANY($1)";

    public const string HasTerms = "SELECT FROM rollout_state WHERE incarnation = $1 AND generation = $2";

    /// <summary>The columns in the order of <see cref="FirstRows"/>.</summary>
    public static readonly string CopyFirst = $"COPY session_records (id, {Written}) FROM STDIN (FORMAT binary)";

    /// <summary>Legacy's answers, for rows that are still the ones that were sent.</summary>
    public static readonly string Acknowledge = $"""
        UPDATE session_records r SET legacy_version = a.legacy_version, legacy_hash = a.legacy_hash, pending_since = {Kept("a", "pending_since", "r.pending_since")},
            next_attempt_at = {Kept("a", "next_attempt_at", "NULL")}, attempts = a.attempts, rejected = a.rejected,
            agreed = CASE WHEN a.legacy_version < r.version THEN r.agreed END,
            owner = CASE WHEN a.leased THEN r.owner END, send_lease_until = CASE WHEN a.leased THEN r.send_lease_until END,
            late_until = clock_timestamp() + a.late_ms * interval '1 millisecond'
        FROM unnest($1::text[], $2::uuid[], $3::bigint[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::integer[], $8::jsonb[], $9::boolean[], $10::bigint[])
            AS a(id, commit_id, legacy_version, legacy_hash, pending_since, next_attempt_at, attempts, rejected, leased, late_ms)
        WHERE r.id = a.id AND r.commit_id = a.commit_id
        """;

    public const string SettleErrors = """
        UPDATE migration_errors e SET resolved = true
        FROM unnest($1::text[], $2::bigint[]) AS a(id, version) WHERE e.session_id = a.id AND e.version <= a.version AND NOT e.resolved
        """;

    /// <summary>
    /// The lines of the conflict log that belong to what was just written: closes the open line of a field, or adds one. The commit id makes a
    /// repetition harmless. A line that only closes needs one to close. How many were opened and resolved is left for an event.
    /// </summary>
    public const string LogConflicts = """
        WITH c AS (
            SELECT c.* FROM unnest($1::text[], $2::uuid[], $3::text[], $4::jsonb[], $5::jsonb[], $6::timestamptz[], $7::text[], $8::text[], $9::timestamptz[], $10::text[])
                AS c(session_id, commit_id, field, python_value, go_value, at, strategy, resolved_by, resolved_at, reason)
            JOIN session_records r ON r.id = c.session_id AND r.commit_id = c.commit_id),
        closed AS (
            UPDATE session_conflicts s SET resolved = c.strategy IS NOT NULL, strategy = c.strategy, resolved_by = c.resolved_by, resolved_at = c.resolved_at, reason = c.reason,
                commit_id = c.commit_id, python_value = coalesce(c.python_value, s.python_value), go_value = coalesce(c.go_value, s.go_value)
            FROM c WHERE s.session_id = c.session_id AND s.field = c.field AND NOT s.resolved
            RETURNING s.session_id, s.field, s.resolved),
        added AS (
            INSERT INTO session_conflicts (session_id, commit_id, field, python_value, go_value, detected_at, resolved, strategy, resolved_by, resolved_at, reason)
            SELECT c.session_id, c.commit_id, c.field, c.python_value, c.go_value, c.at, c.strategy IS NOT NULL, c.strategy, c.resolved_by, c.resolved_at, c.reason FROM c
            WHERE NOT EXISTS (SELECT FROM closed d WHERE d.session_id = c.session_id AND d.field = c.field)
                AND (c.strategy IS NULL OR c.python_value IS NOT NULL OR c.go_value IS NOT NULL)
            ON CONFLICT DO NOTHING
            RETURNING session_id, resolved)
        INSERT INTO conflict_changes (action, count, session_ids)
        SELECT CASE WHEN resolved THEN 'resolved' ELSE 'opened' END, count(*), (array_agg(session_id))[1:10]
        FROM (SELECT session_id, resolved FROM closed WHERE resolved UNION ALL SELECT session_id, resolved FROM added) AS changed GROUP BY resolved
        """;

    public const string SelectMarks = $"SELECT id, legacy_hash, NOT {Behind} AND rejected IS NULL AND conflict IS NULL FROM session_records WHERE deleted_at IS NULL";

    // Each a statement of its own: one that is prepared for both would read all that was ever resolved to find the few that are open.
    public const string OpenConflicts = $"{SelectConflicts} WHERE NOT resolved ORDER BY id DESC LIMIT $1";

    public const string ResolvedConflicts = $"{SelectConflicts} WHERE resolved ORDER BY id DESC LIMIT $1";

    public const string AllConflicts = $"{SelectConflicts} ORDER BY id DESC LIMIT $1";

    public const string SelectConflicts = """
        SELECT id, session_id, field, python_value, go_value, detected_at, resolved, strategy, resolved_by, resolved_at, reason FROM session_conflicts
        """;

    /// <summary>Why rows were not written: what is stored now, and under which terms.</summary>
    public const string Explain = """
        SELECT i.id, r.commit_id, r.previous_commit_id, s.incarnation, s.generation FROM unnest($1::text[]) AS i(id) CROSS JOIN rollout_state s LEFT JOIN session_records r ON r.id = i.id
        """;

    /// <summary>A death that is known to the cluster when a session is loaded is in this version.</summary>
    public const string MembershipVersion = "SELECT version::bigint FROM orleansmembershipversiontable WHERE deploymentid = $1";

    public static readonly string Load = $"""
        SELECT {SelectColumns},
            extract(epoch FROM r.send_lease_until - clock_timestamp())::double precision, extract(epoch FROM r.late_until - clock_timestamp())::double precision,
            (SELECT json_agg(k) FROM (SELECT key, request_hash, status, version, at FROM session_keys WHERE session_id = r.id AND at > now() - $2
                                      ORDER BY at DESC LIMIT {SessionRules.KeysKept + 1}) k)
        FROM session_records r WHERE r.id = ANY($1)
        """;

    /// <summary>The newest of its name: a key may have been used again after it was forgotten.</summary>
    public const string FindKey = """
        SELECT key, request_hash, status, version, at FROM session_keys WHERE session_id = $1 AND key = $2 AND at > now() - $3 ORDER BY at DESC LIMIT 1
        """;

    /// <summary>
    /// What is to be sent again, and what is to be looked at because a late request may have changed it. Claims are committed at once: no lock is held
    /// while a session is asked.
    /// </summary>
    public const string ClaimDue = $"""
        WITH due AS (
            SELECT id FROM session_records WHERE {Pending} AND next_attempt_at <= now()
            ORDER BY next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED),
        late AS (
            SELECT id FROM session_records WHERE late_until <= now() AND NOT {Behind}
            ORDER BY late_until LIMIT $1 FOR UPDATE SKIP LOCKED)
        UPDATE session_records r SET
            next_attempt_at = CASE WHEN next_attempt_at <= now() THEN now() + $2 ELSE next_attempt_at END,
            late_until = CASE WHEN late_until <= now() THEN now() + $2 ELSE late_until END
        WHERE r.id IN (SELECT id FROM due UNION SELECT id FROM late)
        RETURNING r.id
        """;

    /// <summary>One that is claimed looks like one that waits: it is claimed twice then, and the second time nothing is left to send.</summary>
    public const string Hasten = $"""
        UPDATE session_records r SET next_attempt_at = now()
        WHERE r.id IN (
            SELECT id FROM session_records WHERE {Pending} AND next_attempt_at > now() AND (send_lease_until <= now()) IS NOT FALSE
            ORDER BY next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED)
        """;

    /// <summary>As <see cref="SessionRow.Behind"/>: the condition of the index, word for word.</summary>
    public const string Behind = "(legacy_version < version OR intent IS NOT NULL)";

    /// <summary>As <see cref="SessionRow.Pending"/>.</summary>
    public const string Pending = $"({Behind} AND ((rejected IS NULL AND conflict IS NULL) OR intent IS NOT NULL))";

    /// <summary>As <see cref="SyncLag.IsUnanswered"/>.</summary>
    private static readonly string Unanswered = string.Create(CultureInfo.InvariantCulture, $"""
        attempts = 0 AND send_lease_until > now() AND pending_since > now() - interval '{SyncLag.FirstSend.TotalSeconds} s'
            AND CASE WHEN intent IS NULL THEN legacy_version = version - 1 AND (SELECT ack = 'Both' FROM rollout_state) ELSE legacy_version = version END
        """);

    /// <summary>How many sessions legacy lacks a change of, and how old those are of which a client was told.</summary>
    public static readonly string Lag = $"""
        WITH p AS (SELECT id, CASE WHEN {Unanswered} THEN NULL ELSE greatest(now() - pending_since, '0') END AS age FROM session_records WHERE {Pending})
        SELECT count(*), coalesce(max(age), '0'), coalesce(percentile_disc(0.5) WITHIN GROUP (ORDER BY age), '0'), coalesce(percentile_disc(0.95) WITHIN GROUP (ORDER BY age), '0'),
            (SELECT id FROM p WHERE age IS NOT NULL ORDER BY age DESC LIMIT 1),
            (SELECT count(*) FROM session_records WHERE late_until IS NOT NULL AND NOT {Behind}),
            (SELECT count(*) FROM session_records WHERE {Behind} AND NOT {Pending}), (SELECT count(*) FROM session_conflicts WHERE NOT resolved) FROM p
        """;

    /// <summary>Only the target is sure to show what was acknowledged: legacy lacks it, or may be made to by a late request.</summary>
    public const string ServedHere = "(legacy_version < version OR (late_until IS NOT NULL AND intent IS NULL))";

    /// <summary>
    /// Which transaction wrote the row as it is: every UPDATE is another, whoever makes it. Within one database cluster it is never the same again in any time
    /// that matters; a dump that is restored elsewhere counts from the beginning, which is what the cluster's own number is for.
    /// </summary>
    private const string Print = "r.xmin::text::bigint # (SELECT system_identifier FROM pg_control_system())";

    public const string Prints = $"SELECT r.id, {Print} FROM session_records r WHERE r.id = ANY($1)";

    /// <summary>id, the fields, extra, whether it is deleted, whether it is pending, the print.</summary>
    public static readonly string Compared = $"""
        SELECT r.id, {string.Join(", ", SessionColumns.Fields.Select(AsText))}, r.extra::text, r.deleted_at IS NOT NULL, {Pending}, {Print}
        FROM session_records r WHERE r.id = ANY($1)
        """;

    private static string AsText(SessionField field) => field.Kind == FieldKind.Json ? $"r.{field.Name}::text" : $"r.{field.Name}";

    /// <summary>
    /// What is stored of a value. By the clock of a silo that is ahead, what it has committed would be sent when the database's has caught up, and nobody would say until then that it
    /// is late: it is due no later than any other, and has been pending since it was stored first.
    /// </summary>
    private static string Kept(string from, string column, string pendingBefore) => column switch
    {
        "pending_since" => $"CASE WHEN {from}.{column} > clock_timestamp() + interval '1 second' THEN coalesce({pendingBefore}, clock_timestamp()) ELSE {from}.{column} END",
        "next_attempt_at" => string.Create(
            CultureInfo.InvariantCulture, $"CASE WHEN {from}.{column} IS NOT NULL THEN least({from}.{column}, clock_timestamp() + interval '{SessionRules.LongestBackoff.TotalSeconds} seconds') END"),
        _ => $"{from}.{column}",
    };

    /// <param name="sent">What travels with each change and is not a column of its row.</param>
    private static string CommitOf(IReadOnlyList<(string Name, string Type)> sent, bool keyed)
    {
        string[] types = ["text", .. SessionColumns.Fields.Select(TypeOf), "jsonb", .. Bookkeeping.Select(c => c.Type), .. sent.Select(c => c.Type)];
        // Looked up for each change. As NOT EXISTS it may be joined, and then a table of keys that was analyzed while it was empty is read as a whole.
        var unknown = keyed ? $" AND (SELECT true FROM session_keys k WHERE k.session_id = t.id AND k.key = t.key_asked AND k.at > now() - {Writer(4)}::interval LIMIT 1) IS NULL" : "";
        var kept = !keyed ? "" : """
            ,
            kept AS (
                INSERT INTO session_keys (session_id, key, request_hash, status, version, at)
                SELECT t.id, t.key, t.request_hash, t.key_status, t.version, t.key_at FROM t WHERE t.key IS NOT NULL AND (t.id IN (SELECT id FROM written)) IS TRUE
                ON CONFLICT DO NOTHING)
            """;
        return $"""
            WITH t AS (
                SELECT t.*, clock_timestamp() + t.lease_ms * interval '1 millisecond' AS send_lease_until, clock_timestamp() + t.late_ms * interval '1 millisecond' AS late_until
                FROM unnest({string.Join(", ", types.Select((type, i) => $"${i + 1}::{type}[]"))}) AS t(id, {Written}, {string.Join(", ", sent.Select(c => c.Name))})
                JOIN rollout_state s ON s.incarnation = t.incarnation AND s.generation = t.terms_generation
                WHERE NOT EXISTS (SELECT FROM orleansmembershiptable m WHERE m.deploymentid = {Writer(0)}::text AND m.address = {Writer(1)}::text
                    AND m.port = {Writer(2)}::integer AND m.generation = {Writer(3)}::integer AND m.status = 6){unknown}),
            changed AS (
                UPDATE session_records r SET {string.Join(", ", WrittenColumns.Concat(Until).Select(c => $"{c} = {Kept("t", c, "r.pending_since")}"))}, recent_sends = '[]'
                FROM t WHERE r.id = t.id AND r.commit_id = t.previous_commit_id AND r.legacy_version <= t.legacy_version
                RETURNING r.id),
            added AS (
                INSERT INTO session_records (id, {Written}, {string.Join(", ", Until)})
                SELECT id, {string.Join(", ", WrittenColumns.Select(c => Kept("t", c, "NULL")))}, {string.Join(", ", Until)} FROM t WHERE previous_commit_id IS NULL
                ON CONFLICT (id) DO NOTHING
                RETURNING id),
            written AS (SELECT id FROM changed UNION ALL SELECT id FROM added){kept}
            SELECT id FROM written
            """;

        // After the columns: which silo writes, and how long keys are known.
        string Writer(int index) => string.Create(CultureInfo.InvariantCulture, $"${types.Length + 1 + index}");
    }

    public static string TypeOf(SessionField field) => field.Kind switch
    {
        FieldKind.Timestamp => "timestamptz",
        FieldKind.Number => "integer",
        FieldKind.Json => "jsonb",
        _ => "text",
    };
}
