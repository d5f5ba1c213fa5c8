using GaiaOrleans.Grains.Sessions;
using Npgsql;

namespace GaiaOrleans.Silo.Postgres.Validation;

/// <summary>The statements over validation_errors.</summary>
internal static class ValidationSql
{
    /// <summary>In the order of the index, so that two silos cannot wait for each other; of the same error twice in a batch the later counts.</summary>
    public const string Upsert = """
        INSERT INTO validation_errors AS v (session_id, field, rule, python_value, go_value, version, source, pass)
        SELECT DISTINCT ON (session_id, field, source) session_id, field, rule, python_value, go_value, version, source, pass
        FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::uuid[])
            WITH ORDINALITY AS t(session_id, field, rule, python_value, go_value, version, source, pass, i)
        ORDER BY session_id, field, source, i DESC
        ON CONFLICT (session_id, field, source) WHERE NOT resolved DO UPDATE SET
            at = now(), rule = EXCLUDED.rule, python_value = EXCLUDED.python_value, go_value = EXCLUDED.go_value, version = EXCLUDED.version, pass = EXCLUDED.pass
        """;

    public const string Renew = $"""
        UPDATE validation_errors SET pass = $1 WHERE session_id = ANY($2) AND source IN ('{ValidationError.Verify}', '{ValidationError.Shadow}') AND NOT resolved
        """;

    /// <summary>
    /// What shadow reads found is older than the walk ($2), and the walk found nothing in its session. Of the $4 open errors after $3: a verification that was asked
    /// for by a wrong rule leaves millions. The last of them; null = there was none.
    /// </summary>
    public const string CloseVerified = $"""
        WITH portion AS (SELECT id FROM validation_errors WHERE NOT resolved AND id > $3 ORDER BY id LIMIT $4), closed AS (
            UPDATE validation_errors e SET resolved = true FROM portion p WHERE e.id = p.id AND NOT e.resolved AND e.pass IS DISTINCT FROM $1 AND (
                e.source = '{ValidationError.Verify}'
                OR (e.source = '{ValidationError.Shadow}' AND e.at < $2 AND NOT EXISTS (
                    SELECT FROM validation_errors v WHERE v.session_id = e.session_id AND v.source = '{ValidationError.Verify}' AND NOT v.resolved AND v.pass = $1))))
        SELECT max(id) FROM portion
        """;

    public const string CloseShadow = $"UPDATE validation_errors SET resolved = true WHERE session_id = $1 AND source = '{ValidationError.Shadow}' AND NOT resolved";

    /// <param name="open">Those alone that are not resolved.</param>
    public static string Newest(bool open) => $"SELECT {Columns} FROM validation_errors{(open ? " WHERE NOT resolved" : "")} ORDER BY at DESC, id DESC LIMIT $1";

    public const string Mismatches = $"""
        SELECT {Columns} FROM validation_errors WHERE NOT resolved AND source = '{ValidationError.Verify}' AND (session_id, field) > ($2, $3) ORDER BY session_id, field LIMIT $1
        """;

    public const string CountOpen = "SELECT count(*) FROM validation_errors WHERE NOT resolved";

    /// <summary>
    /// Sessions deleted since, and values that do not stand raw in their row any more. A row's null stands there too, and fits. Who is being
    /// renewed at this moment is left for the next time.
    /// </summary>
    public const string Settle = $"""
        UPDATE validation_errors SET resolved = true WHERE id IN (
            SELECT e.id FROM validation_errors e LEFT JOIN session_records r ON r.id = e.session_id
            WHERE NOT e.resolved AND (
                (r.deleted_at IS NOT NULL AND r.version > e.version)
                OR (e.source = '{ValidationError.DualWrite}' AND e.rule = '{ValidationError.Type}' AND coalesce(r.extra -> e.field, 'null') = 'null'))
            LIMIT $1 FOR UPDATE OF e SKIP LOCKED)
        """;

    private const string Columns = "session_id, field, rule, python_value, go_value, version, source, at, resolved";

    public static KeptValidationError Read(NpgsqlDataReader r) => new(
        new(r.GetString(0), r.GetString(1), r.GetString(2), Text(r, 3), Text(r, 4), r.GetInt64(5), r.GetString(6)), r.GetFieldValue<DateTimeOffset>(7), r.GetBoolean(8));

    private static string? Text(NpgsqlDataReader reader, int ordinal) => reader.IsDBNull(ordinal) ? null : reader.GetString(ordinal);
}
