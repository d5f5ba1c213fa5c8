using System.Data;
using System.Runtime.CompilerServices;
using GaiaOrleans.Grains.Archives;
using GaiaOrleans.Grains.Sessions;
using Npgsql;

namespace GaiaOrleans.Silo.Postgres.Archives;

/// <summary>
/// The tables that prove something, row by row and with every column they have, all as they were at one moment. Line feeds within a value are escaped, as
/// none of them has a column of type json, which would keep its own.
/// </summary>
internal sealed class PostgresEvidence(NpgsqlDataSource database) : IEvidenceSource
{
    private static readonly (string Kind, string From)[] Sections =
    [
        ("history", "rollout_history ORDER BY epoch"),
        ("ledger", "run_ledger ORDER BY kind, run_id, session_id"),
        ("mismatch", $"validation_errors WHERE source = '{ValidationError.Verify}' ORDER BY id"),
        ("conflict", "session_conflicts ORDER BY id"),
        ("event", "rollout_events ORDER BY id"),
        ("window", "rollout_minutes ORDER BY minute"),
        ("hour", "rollout_hours ORDER BY hour"),
    ];

    public async IAsyncEnumerable<EvidenceEntry> Read([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseQueries.Answered(() => database.OpenConnectionAsync(cancellationToken).AsTask());
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        // What ends the transaction of a silo that stands still would end this one for a reader who is slow, at the same place every time.
        await using (var local = new NpgsqlCommand("SET LOCAL TimeZone = 'UTC'; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL tcp_user_timeout = 0", connection))
            await local.ExecuteNonQueryAsync(cancellationToken);
        foreach (var (kind, from) in Sections)
        {
            await using var command = new NpgsqlCommand($"SELECT row_to_json(entry)::text FROM (SELECT * FROM {from}) AS entry", connection);
            await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken);
            while (await reader.ReadAsync(cancellationToken)) yield return new(kind, reader.GetString(0));
        }
    }
}
