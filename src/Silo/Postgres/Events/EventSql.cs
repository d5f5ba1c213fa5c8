using GaiaOrleans.Grains.Events;
using Npgsql;
using NpgsqlTypes;

namespace GaiaOrleans.Silo.Postgres.Events;

/// <summary>The statements over rollout_events. Who inserts there is serialised by the table itself.</summary>
internal static class EventSql
{
    public const string Append = "INSERT INTO rollout_events (kind, data, key) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING";

    public const string After = $"SELECT {Columns} FROM rollout_events WHERE id > $1 ORDER BY id LIMIT $2";

    public const string Newest = $"SELECT {Columns} FROM rollout_events WHERE cardinality($2::text[]) = 0 OR kind = ANY($2) ORDER BY id DESC LIMIT $1";

    /// <summary>What commits have written since the last time becomes one event per action; rows that another silo is at are its own.</summary>
    public const string FoldConflicts = """
        WITH taken AS (SELECT ctid FROM conflict_changes FOR UPDATE SKIP LOCKED),
        gone AS (DELETE FROM conflict_changes WHERE ctid IN (SELECT ctid FROM taken) RETURNING action, count, session_ids),
        named AS (SELECT DISTINCT action, id FROM gone, unnest(session_ids) AS id)
        INSERT INTO rollout_events (kind, data)
        SELECT 'conflict', jsonb_build_object('action', action, 'count', sum(count),
            'session_ids', (SELECT jsonb_agg(id) FROM (SELECT id FROM named n WHERE n.action = g.action ORDER BY id LIMIT 10) AS first))
        FROM gone g GROUP BY action ORDER BY action
        """;

    private const string Columns = "id, at, kind, data::text";

    public static MigrationEvent Read(NpgsqlDataReader r) => new(r.GetInt64(0), r.GetFieldValue<DateTimeOffset>(1), r.GetString(2), r.GetString(3));

    public static void Fill(NpgsqlParameterCollection parameters, EventDraft draft)
    {
        parameters.Add(new() { Value = draft.Kind });
        parameters.Add(new() { Value = draft.Data, NpgsqlDbType = NpgsqlDbType.Jsonb });
        parameters.Add(new() { Value = (object?)draft.Key ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
    }
}
