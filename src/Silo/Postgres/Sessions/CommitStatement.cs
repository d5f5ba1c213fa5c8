using GaiaOrleans.Grains.Sessions;
using Npgsql;
using NpgsqlTypes;

namespace GaiaOrleans.Silo.Postgres.Sessions;

/// <summary>One transaction: the terms lock, the changes, the acknowledgements.</summary>
internal static class CommitStatement
{
    private const int TimeoutSeconds = 5;

    /// <summary>Carries out a batch and answers the result of each change, in order.</summary>
    public static async Task<CommitResult[]> Execute(
        NpgsqlConnection connection, IReadOnlyList<SessionCommit> commits, IReadOnlyList<SessionRow> acknowledged, CancellationToken cancellationToken)
    {
        var written = new HashSet<string>(commits.Count, StringComparer.Ordinal);
        await using (var batch = new NpgsqlBatch(connection) { Timeout = TimeoutSeconds })
        {
            if (commits.Count > 0)
            {
                batch.BatchCommands.Add(new(SessionSql.TakeTermsLock));
                var commit = new NpgsqlBatchCommand(SessionSql.Commit);
                CommitParameters.Fill(commit.Parameters, commits);
                batch.BatchCommands.Add(commit);
            }

            if (acknowledged.Count > 0)
            {
                var acknowledge = new NpgsqlBatchCommand(SessionSql.Acknowledge);
                CommitParameters.Fill(acknowledge.Parameters, acknowledged);
                batch.BatchCommands.Add(acknowledge);
                batch.BatchCommands.Add(Settled(acknowledged));
            }

            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            if (commits.Count > 0)
            {
                await reader.NextResultAsync(cancellationToken);
                while (await reader.ReadAsync(cancellationToken)) written.Add(reader.GetString(0));
            }

            // Reads to the end: a later statement's failure must surface here, before anybody is told of success.
            while (await reader.NextResultAsync(cancellationToken)) { }
        }

        if (written.Count == commits.Count) return Enumerable.Repeat(CommitResult.Committed, commits.Count).ToArray();
        var explained = await Explain(connection, [.. commits.Where(c => !written.Contains(c.Next.Id))], cancellationToken);
        return [.. commits.Select(c => written.Contains(c.Next.Id) ? CommitResult.Committed : explained[c.Next.Id])];
    }

    /// <summary>A row that was not written may have been written by an earlier attempt whose answer was lost: its commit id tells.</summary>
    private static async Task<Dictionary<string, CommitResult>> Explain(NpgsqlConnection connection, SessionCommit[] missing, CancellationToken cancellationToken)
    {
        var byId = missing.ToDictionary(c => c.Next.Id, StringComparer.Ordinal);
        var results = new Dictionary<string, CommitResult>(StringComparer.Ordinal);
        await using var command = new NpgsqlCommand(SessionSql.Explain, connection) { CommandTimeout = TimeoutSeconds };
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. byId.Keys] });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var commit = byId[reader.GetString(0)];
            var stored = reader.IsDBNull(1) ? (Guid?)null : reader.GetGuid(1);
            results[commit.Next.Id] = stored == commit.Next.CommitId ? CommitResult.Committed
                : reader.GetInt64(2) != commit.Incarnation || reader.GetInt64(3) != commit.Generation ? CommitResult.TermsChanged
                : CommitResult.Conflict;
        }

        return results;
    }

    private static NpgsqlBatchCommand Settled(IReadOnlyList<SessionRow> acknowledged)
    {
        var command = new NpgsqlBatchCommand(SessionSql.SettleErrors);
        var inSync = acknowledged.Where(r => r.InSync).ToArray();
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. inSync.Select(r => r.Id)] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint, TypedValue = [.. inSync.Select(r => r.LegacyVersion)] });
        return command;
    }
}
