using System.Text.Json;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Sessions;
using Npgsql;
using NpgsqlTypes;

namespace GaiaOrleans.Silo.Postgres.Sessions;

/// <summary>Rows of sessions that have none yet, by COPY: one that is there already refuses all of them.</summary>
internal sealed class FirstRows(NpgsqlDataSource database)
{
    public async Task<CommitResult> Add(IReadOnlyList<SessionRow> rows, long incarnation, long generation, CancellationToken cancellationToken)
    {
        try
        {
            // In the order in which the group commit locks rows as well.
            return await Copy([.. rows.OrderBy(r => r.Id, StringComparer.Ordinal)], incarnation, generation, cancellationToken);
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

    private async Task<CommitResult> Copy(IReadOnlyList<SessionRow> rows, long incarnation, long generation, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await HasTerms(connection, incarnation, generation, cancellationToken)) return CommitResult.TermsChanged;
        await using (var copy = await connection.BeginBinaryImportAsync(SessionSql.CopyFirst, cancellationToken))
        {
            foreach (var row in rows) await Write(copy, row, cancellationToken);
            await copy.CompleteAsync(cancellationToken);
        }

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

    private static async Task Write(NpgsqlBinaryImporter copy, SessionRow row, CancellationToken cancellationToken)
    {
        var columns = SessionColumns.Of(row.Document);
        await copy.StartRowAsync(cancellationToken);
        await Text(row.Id);
        for (var f = 0; f < SessionColumns.Fields.Count; f++)
            await (columns.Values[f] switch
            {
                null => copy.WriteNullAsync(cancellationToken),
                DateTime time => copy.WriteAsync(time, NpgsqlDbType.TimestampTz, cancellationToken),
                int number => copy.WriteAsync(number, NpgsqlDbType.Integer, cancellationToken),
                string text when SessionColumns.Fields[f].Kind == FieldKind.Json => Json(text),
                string text => Text(text),
                var other => throw new InvalidOperationException($"{other.GetType()} has no column type."),
            });
        await Json(columns.Extra);

        // As SessionSql.Bookkeeping.
        await Number(row.Version);
        await Time(row.DeletedAt);
        await Number(row.LegacyVersion);
        await Json(SessionRows.Intent(row.Intent));
        await Number(row.Generation);
        await Text(row.LegacyHash);
        await Json(row.RecentSends.IsEmpty ? "[]" : SessionRows.Sends(row.RecentSends));
        await Text(row.LeaseOwner);
        await Time(row.PendingSince);
        await Time(row.NextAttemptAt);
        await copy.WriteAsync(row.Attempts, NpgsqlDbType.Integer, cancellationToken);
        await Json(SessionRows.Rejected(row.Rejected));
        await copy.WriteAsync(row.CommitId, NpgsqlDbType.Uuid, cancellationToken);
        await copy.WriteNullAsync(cancellationToken);
        await Time(row.MigratedAt);
        await Text(row.MigratedFrom);
        await Json(SessionRows.Conflict(row.Conflict));
        await Json(SessionRows.Agreed(row.Agreed));

        Task Text(string? value) => value is null ? copy.WriteNullAsync(cancellationToken) : copy.WriteAsync(value, NpgsqlDbType.Text, cancellationToken);
        Task Json(string? value) => value is null ? copy.WriteNullAsync(cancellationToken) : copy.WriteAsync(value, NpgsqlDbType.Jsonb, cancellationToken);
        Task Number(long value) => copy.WriteAsync(value, NpgsqlDbType.Bigint, cancellationToken);
        Task Time(DateTimeOffset? value) => value is { } time ? copy.WriteAsync(time.UtcDateTime, NpgsqlDbType.TimestampTz, cancellationToken) : copy.WriteNullAsync(cancellationToken);
    }
}
