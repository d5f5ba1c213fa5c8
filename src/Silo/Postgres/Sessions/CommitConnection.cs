using System.Data;
using GaiaOrleans.Grains.Sessions;
using Npgsql;

namespace GaiaOrleans.Silo.Postgres.Sessions;

/// <summary>Which row of the membership table is the writer's own, and what it goes by.</summary>
/// <param name="KeyLife">How long an idempotency key is known.</param>
internal sealed record WritingSilo(string ClusterId, string Address, int Port, int Generation, TimeSpan KeyLife)
{
    public static WritingSilo Of(string clusterId, SiloAddress silo, TimeSpan keyLife) => new(clusterId, silo.Endpoint.Address.ToString(), silo.Endpoint.Port, silo.Generation, keyLife);
}

/// <summary>
/// The writer's connection. One transaction per batch: the terms lock, the changes, the acknowledgements. Each combination is prepared
/// explicitly: preparing as they go, the driver loses count of the server's answers when a batch fails while it is being prepared.
/// </summary>
internal sealed class CommitConnection : IAsyncDisposable
{
    private const int TimeoutSeconds = 5;
    private readonly NpgsqlConnection _connection;
    private readonly WritingSilo _silo;
    private readonly Dictionary<(bool Commits, bool Keyed, bool Acknowledges, bool Logs), NpgsqlBatch> _batches = [];

    private CommitConnection(NpgsqlConnection connection, WritingSilo silo) => (_connection, _silo) = (connection, silo);

    public static async Task<CommitConnection> Open(NpgsqlDataSource database, WritingSilo silo)
    {
        var connection = await database.OpenConnectionAsync();
        try
        {
            // A plan made while the table was small must not read all of it when it has grown. Made once: for arrays whose length it knows PostgreSQL
            // would plan the acknowledgements anew each time, which took longer than carrying them out.
            await using var plans = new NpgsqlCommand("SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off; SET plan_cache_mode = force_generic_plan", connection);
            await plans.ExecuteNonQueryAsync();
            return new(connection, silo);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Carries out a batch and answers the result of each change, in order; null = cannot be told.</summary>
    /// <param name="settling">An earlier attempt may have been carried out.</param>
    public async Task<CommitResult?[]> Execute(List<CommitWork> works, List<SessionRow> acknowledged, bool settling)
    {
        var written = new HashSet<string>(works.Count, StringComparer.Ordinal);
        var batch = await Prepared(works, acknowledged);
        await using (var reader = await batch.ExecuteReaderAsync())
        {
            if (works.Count > 0)
            {
                await reader.NextResultAsync();
                while (await reader.ReadAsync()) written.Add(reader.GetString(0));
            }

            // Reads to the end: a later statement's failure must surface here, before anybody is told of success.
            while (await reader.NextResultAsync()) { }
        }

        var results = new CommitResult?[works.Count];
        Array.Fill(results, CommitResult.Committed);
        if (written.Count == works.Count) return results;
        var explained = await Explain(works.Where(w => !written.Contains(w.Id)), settling);
        for (var i = 0; i < results.Length; i++)
            if (explained.TryGetValue(works[i].Id, out var result))
                results[i] = result;
        return results;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var batch in _batches.Values) await batch.DisposeAsync();
        await using (_connection)
        {
            if (_connection.FullState != ConnectionState.Open) return;
            try
            {
                // Whoever gets it from the pool next plans as everybody does.
                await using var plans = new NpgsqlCommand("RESET ALL", _connection) { CommandTimeout = TimeoutSeconds };
                await plans.ExecuteNonQueryAsync();
            }
            // It is given up because something went wrong with it, and what that is shows in many ways. One that ends here does not go back to the pool.
            catch (Exception)
            {
            }
        }
    }

    private async Task<NpgsqlBatch> Prepared(List<CommitWork> works, List<SessionRow> acknowledged)
    {
        var log = works.Select(w => w.Commit.Next).Concat(acknowledged).SelectMany(r => r.Log.Select(entry => (r, entry))).ToList();
        var shape = (Commits: works.Count > 0, Keyed: works.Exists(w => w.Commit.NewKey is not null), Acknowledges: acknowledged.Count > 0, Logs: log.Count > 0);
        var known = _batches.TryGetValue(shape, out var batch);
        if (!known) batch = _batches[shape] = Build(shape);
        var next = 0;
        if (shape.Commits)
        {
            next = 1; // the lock has no parameters
            CommitParameters.Fill(batch!.BatchCommands[next].Parameters, works, shape.Keyed);
            if (!known) CommitParameters.Add(batch.BatchCommands[next].Parameters, _silo, shape.Keyed);
            next++;
        }

        if (shape.Acknowledges)
        {
            CommitParameters.Fill(batch!.BatchCommands[next++].Parameters, acknowledged);
            CommitParameters.FillSettled(batch.BatchCommands[next++].Parameters, acknowledged.FindAll(r => r.InSync));
        }

        if (shape.Logs) CommitParameters.Fill(batch!.BatchCommands[next].Parameters, log);

        if (!known) await batch!.PrepareAsync();
        return batch!;
    }

    private NpgsqlBatch Build((bool Commits, bool Keyed, bool Acknowledges, bool Logs) shape)
    {
        var batch = new NpgsqlBatch(_connection) { Timeout = TimeoutSeconds };
        if (shape.Commits)
        {
            batch.BatchCommands.Add(new(SessionSql.TakeTermsLock));
            batch.BatchCommands.Add(new(shape.Keyed ? SessionSql.Commit : SessionSql.CommitWithoutKeys));
        }

        if (shape.Acknowledges)
        {
            batch.BatchCommands.Add(new(SessionSql.Acknowledge));
            batch.BatchCommands.Add(new(SessionSql.SettleErrors));
        }

        if (shape.Logs) batch.BatchCommands.Add(new(SessionSql.LogConflicts));

        return batch;
    }

    /// <summary>A row that was not written may have been written by an earlier attempt whose answer was lost: its commit id tells.</summary>
    private async Task<Dictionary<string, CommitResult?>> Explain(IEnumerable<CommitWork> missing, bool settling)
    {
        var byId = missing.ToDictionary(w => w.Id, w => w.Commit, StringComparer.Ordinal);
        var results = new Dictionary<string, CommitResult?>(StringComparer.Ordinal);
        await using var command = new NpgsqlCommand(SessionSql.Explain, _connection) { CommandTimeout = TimeoutSeconds };
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. byId.Keys] });
        try
        {
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                var commit = byId[reader.GetString(0)];
                var sameTerms = reader.GetInt64(3) == commit.Incarnation && reader.GetInt64(4) == commit.Generation;
                results[commit.Next.Id] = Explain(commit, Id(reader, 1), Id(reader, 2), sameTerms, settling);
            }
        }
        catch (PostgresException e)
        {
            // The other rows of the batch are committed by now: this is no refusal of theirs.
            throw new NpgsqlException("The result of a commit could not be read.", e);
        }

        return results;
    }

    private static CommitResult? Explain(SessionCommit commit, Guid? stored, Guid? before, bool sameTerms, bool settling)
    {
        if (stored == commit.Next.CommitId) return CommitResult.Committed;
        var neverCarriedOut = stored == commit.Previous || (stored is not null && before == commit.Previous);
        if (settling && !neverCarriedOut) return null;
        if (!sameTerms) return CommitResult.TermsChanged;
        return commit.KeyMayBeKnown && stored == commit.Previous ? CommitResult.KeyKnown : CommitResult.Conflict;
    }

    private static Guid? Id(NpgsqlDataReader reader, int ordinal) => reader.IsDBNull(ordinal) ? null : reader.GetGuid(ordinal);
}
