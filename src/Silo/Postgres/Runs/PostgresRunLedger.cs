using System.Text.Json;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Grains.Runs;
using GaiaOrleans.Grains.Sessions;
using Npgsql;
using NpgsqlTypes;

namespace GaiaOrleans.Silo.Postgres.Runs;

/// <summary>Run entries in PostgreSQL.</summary>
internal sealed class PostgresRunLedger([FromKeyedServices(PostgresHosting.Lookups)] NpgsqlDataSource database) : IRunLedger
{
    private const string Upsert = """
        INSERT INTO run_ledger (kind, run_id, session_id, outcome, field, reason, at)
        SELECT DISTINCT ON (session_id) $1, $2, session_id, outcome, field, reason, at
        FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[]) WITH ORDINALITY AS t(session_id, outcome, field, reason, at, i)
        ORDER BY session_id, i DESC
        ON CONFLICT (kind, run_id, session_id) DO UPDATE SET outcome = EXCLUDED.outcome, field = EXCLUDED.field, reason = EXCLUDED.reason, at = EXCLUDED.at
        """;

    /// <param name="ofOne">Of the outcome $6 alone.</param>
    internal static string Newest(bool ofOne) =>
        $"{Select} AND at <= $4 AND (at < $4 OR session_id > $5){(ofOne ? " AND outcome = $6" : "")} ORDER BY at DESC, session_id LIMIT $3";

    internal const string Select = "SELECT session_id, outcome, field, reason, at FROM run_ledger WHERE kind = $1 AND run_id = $2";

    public async Task Keep(string kind, string runId, IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken)
    {
        if (entries.Count == 0) return;
        await using var command = database.CreateCommand(Upsert);
        command.Parameters.Add(new() { Value = kind });
        command.Parameters.Add(new() { Value = runId });
        Add(NpgsqlDbType.Text, e => StorableText.Of(e.SessionId));
        Add(NpgsqlDbType.Text, e => e.Outcome);
        Add(NpgsqlDbType.Text, e => e.Field is null ? null : StorableText.Of(e.Field));
        Add(NpgsqlDbType.Text, e => e.Reason is null ? null : StorableText.Of(e.Reason));
        Add(NpgsqlDbType.TimestampTz, e => e.At.UtcDateTime);
        await DatabaseQueries.Answered(() => command.ExecuteNonQueryAsync(cancellationToken));

        void Add<T>(NpgsqlDbType type, Func<LedgerEntry, T> value) =>
            command.Parameters.Add(new NpgsqlParameter<T[]> { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = [.. entries.Select(value)] });
    }

    public Task<IReadOnlyList<LedgerEntry>> List(string kind, string runId, string? outcome, int limit, LedgerPlace? after, CancellationToken cancellationToken)
    {
        // The end of time: everything is older.
        object[] wanted = [kind, runId, limit, (after?.At ?? DateTimeOffset.MaxValue).UtcDateTime, StorableText.Of(after?.SessionId ?? "")];
        return outcome is null
            ? database.Query(Newest(ofOne: false), Read, cancellationToken, wanted)
            : database.Query(Newest(ofOne: true), Read, cancellationToken, [.. wanted, outcome]);
    }

    public async Task<LedgerEntry?> Find(string kind, string runId, string sessionId, CancellationToken cancellationToken) =>
        await database.Query($"{Select} AND session_id = $3", Read, cancellationToken, kind, runId, StorableText.Of(sessionId)) is [var found] ? found : null;

    public Task<IReadOnlyList<BucketSeal>> Seals(IReadOnlyList<string> keys, CancellationToken cancellationToken) => database.Query(
        SealSql.Select, r => new BucketSeal(r.GetString(0), r.GetGuid(1), JsonSerializer.Deserialize<Dictionary<string, int>>(r.GetString(2))!), cancellationToken, (object)keys.Select(StorableText.Of).ToArray());

    public async Task KeepSeals(Guid pass, IReadOnlyList<BucketSeal> seals, CancellationToken cancellationToken)
    {
        if (seals.Count == 0) return;
        await using var command = database.CreateCommand(SealSql.Upsert);
        command.Parameters.Add(new() { Value = pass });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. seals.Select(s => StorableText.Of(s.Key))] });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. seals.Select(s => s.Hash)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb, TypedValue = [.. seals.Select(s => JsonSerializer.Serialize(s.Noise))] });
        await DatabaseQueries.Answered(() => command.ExecuteNonQueryAsync(cancellationToken));
    }

    public Task DropOtherSeals(Guid pass, CancellationToken cancellationToken) => database.Change(SealSql.DropOthers, cancellationToken, pass);

    private static LedgerEntry Read(NpgsqlDataReader r) => new(r.GetString(0), r.GetString(1), Text(r, 2), Text(r, 3), r.GetFieldValue<DateTimeOffset>(4));

    private static string? Text(NpgsqlDataReader reader, int ordinal) => reader.IsDBNull(ordinal) ? null : reader.GetString(ordinal);
}
