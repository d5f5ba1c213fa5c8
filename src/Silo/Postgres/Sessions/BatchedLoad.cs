using System.Threading.Channels;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Sessions;
using Npgsql;

namespace GaiaOrleans.Silo.Postgres.Sessions;

/// <summary>Activations that start at the same time share one read: a storm of them costs few round trips.</summary>
internal sealed class BatchedLoad(NpgsqlDataSource database) : BackgroundService
{
    private const int Largest = 500;
    private readonly Channel<Wanted> _queue = Channel.CreateBounded<Wanted>(100_000);

    private sealed record Wanted(string Id, TaskCompletionSource<LoadedSession> Loaded);

    public Task<LoadedSession> Load(string id)
    {
        var wanted = new Wanted(id, new(TaskCreationOptions.RunContinuationsAsynchronously));
        return _queue.Writer.TryWrite(wanted) ? wanted.Loaded.Task : throw new OverloadedException("Too many sessions are being loaded; repeat in a moment.");
    }

    // Two, so that one round trip is on its way while the next batch gathers.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(Loop(stoppingToken), Loop(stoppingToken));

    private async Task Loop(CancellationToken stoppingToken)
    {
        var batch = new List<Wanted>(Largest);
        while (await _queue.Reader.WaitToReadAsync(stoppingToken))
        {
            while (batch.Count < Largest && _queue.Reader.TryRead(out var wanted)) batch.Add(wanted);
            if (batch.Count > 0) await Load(batch);
            batch.Clear();
        }
    }

    private async Task Load(List<Wanted> batch)
    {
        try
        {
            var found = new Dictionary<string, LoadedSession>(batch.Count, StringComparer.Ordinal);
            await using var command = database.CreateCommand(SessionSql.Load);
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. batch.Select(w => w.Id).Distinct()] });
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                var row = SessionRows.Read(reader);
                var keys = reader.IsDBNull(SessionRows.Columns + 1) ? null : reader.GetString(SessionRows.Columns + 1);
                found[row.Id] = new(SessionRows.WithKeys(row, keys), TimeSpan.FromSeconds(reader.GetDouble(SessionRows.Columns)));
            }

            foreach (var wanted in batch)
                wanted.Loaded.SetResult(found.GetValueOrDefault(wanted.Id) ?? new(SessionRow.Absent(wanted.Id), TimeSpan.Zero));
        }
        catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException)
        {
            foreach (var wanted in batch) wanted.Loaded.TrySetException(new StorageUnavailableException($"The session cannot be loaded: {e.Message}"));
        }
    }
}
