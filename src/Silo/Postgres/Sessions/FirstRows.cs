using System.Text.Json;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Sessions;
using Npgsql;

namespace GaiaOrleans.Silo.Postgres.Sessions;

/// <summary>Rows of sessions that have none yet, by COPY: one that is there already refuses all of them.</summary>
internal sealed class FirstRows(NpgsqlDataSource database)
{
    public async Task<CommitResult> Add(IReadOnlyList<SessionRow> rows, long incarnation, long generation, CancellationToken cancellationToken)
    {
        try
        {
            // In the order in which the group commit locks rows as well.
            return await Copy(rows.OrderBy(r => r.Id, StringComparer.Ordinal), incarnation, generation, cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return CommitResult.Conflict;
        }
        catch (PostgresException e) when (CommitFailure.IsAboutOneRow(e))
        {
            throw CommitWork.Unstorable(e.MessageText);
        }
        catch (Exception e) when (e is InvalidOperationException or JsonException or ArgumentException)
        {
            throw CommitWork.Unstorable(e.Message);
        }
        catch (NpgsqlException e)
        {
            throw new StorageUnavailableException($"The database did not answer: {e.Message}");
        }
    }

    private async Task<CommitResult> Copy(IEnumerable<SessionRow> rows, long incarnation, long generation, CancellationToken cancellationToken)
    {
        // Whatever cannot be written is found before anything is begun.
        var buffer = new CopyBuffer();
        foreach (var row in rows) Write(buffer, row);
        buffer.End();

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await HasTerms(connection, incarnation, generation, cancellationToken)) return CommitResult.TermsChanged;
        await using (var copy = await connection.BeginRawBinaryCopyAsync(SessionSql.CopyFirst, cancellationToken)) await copy.WriteAsync(buffer.Written, cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return CommitResult.Committed;
    }

    private static async Task<bool> HasTerms(NpgsqlConnection connection, long incarnation, long generation, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new(SessionSql.TakeTermsLock), new(SessionSql.HasTerms) } };
        batch.BatchCommands[1].Parameters.Add(new NpgsqlParameter<long> { TypedValue = incarnation });
        batch.BatchCommands[1].Parameters.Add(new NpgsqlParameter<long> { TypedValue = generation });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await reader.NextResultAsync(cancellationToken) && await reader.ReadAsync(cancellationToken);
    }

    private static void Write(CopyBuffer buffer, SessionRow row)
    {
        var columns = SessionColumns.Of(row.Document);
        buffer.Row(1 + SessionColumns.Fields.Count + 1 + SessionSql.Bookkeeping.Count);
        buffer.Text(row.Id);
        for (var f = 0; f < SessionColumns.Fields.Count; f++)
            switch (SessionColumns.Fields[f].Kind)
            {
                case FieldKind.Timestamp:
                    buffer.Timestamp(columns.Time(f));
                    break;
                case FieldKind.Number when columns.Number(f) is { } number:
                    buffer.Integer(number);
                    break;
                case FieldKind.Json when columns.Has(f):
                    buffer.Jsonb(columns.Utf8(f));
                    break;
                case FieldKind.Text or FieldKind.Enumeration when columns.Has(f):
                    buffer.Text(columns.Utf8(f));
                    break;
                default:
                    buffer.Null();
                    break;
            }

        if (columns.Extra is { } extra) buffer.Jsonb(extra);
        else buffer.Null();

        // As SessionSql.Bookkeeping.
        buffer.Bigint(row.Version);
        buffer.Timestamp(row.DeletedAt?.UtcDateTime);
        buffer.Bigint(row.LegacyVersion);
        buffer.Jsonb(SessionRows.Intent(row.Intent));
        buffer.Bigint(row.Generation);
        buffer.Text(row.LegacyHash);
        buffer.Bytes(SentBytes.Of(row.RecentSends));
        buffer.Text(row.LeaseOwner);
        buffer.Timestamp(row.PendingSince?.UtcDateTime);
        buffer.Timestamp(row.NextAttemptAt?.UtcDateTime);
        buffer.Integer(row.Attempts);
        buffer.Jsonb(SessionRows.Rejected(row.Rejected));
        buffer.Uuid(row.CommitId);
        buffer.Null();
        buffer.Timestamp(row.MigratedAt?.UtcDateTime);
        buffer.Text(row.MigratedFrom);
        buffer.Jsonb(SessionRows.Conflict(row.Conflict));
        buffer.Jsonb(SessionRows.Agreed(row.Agreed));
    }
}
