using System.Threading.Channels;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains;
using GaiaOrleans.Grains.Retention;
using GaiaOrleans.Grains.Sessions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GaiaOrleans.Silo.Postgres.Sessions;

/// <summary>Activations that start at the same time share one read: a storm of them costs few round trips.</summary>
internal sealed partial class BatchedLoad(
    [FromKeyedServices(PostgresHosting.Lookups)] NpgsqlDataSource database, IOptions<GaiaOptions> gaia, IOptions<RetentionOptions> retention, ILogger<BatchedLoad> logger) : BackgroundService
{
    private const int Largest = 500;
    private const int TimeoutSeconds = 5;
    private readonly Channel<Wanted> _queue = Channel.CreateBounded<Wanted>(100_000);
    private volatile bool _stopping;

    private sealed record Wanted(string Id, TaskCompletionSource<LoadedSession> Loaded);

    public Task<LoadedSession> Load(string id)
    {
        // Nothing can be stored under it, and to ask would spoil the read for the others.
        if (!StorableText.Is(id)) return Task.FromResult(Absent(id));
        var wanted = new Wanted(id, new(TaskCreationOptions.RunContinuationsAsynchronously));
        if (_queue.Writer.TryWrite(wanted)) return wanted.Loaded.Task;
        if (_stopping) throw new StorageUnavailableException("This silo is stopping and loads no more sessions.");
        throw new OverloadedException("Too many sessions are being loaded; repeat in a moment.");
    }

    /// <summary>Accepts nothing more; what was accepted is answered.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        _queue.Writer.TryComplete();
        if (ExecuteTask is { } loops) await loops.WaitAsync(cancellationToken);
        await base.StopAsync(cancellationToken);
    }

    // Two, so that one round trip is on its way while the next batch gathers.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(Loop(), Loop());

    private async Task Loop()
    {
        var batch = new List<Wanted>(Largest);
        while (await _queue.Reader.WaitToReadAsync())
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
            await using var command = database.CreateBatch();
            command.Timeout = TimeoutSeconds;
            command.BatchCommands.Add(new(SessionSql.MembershipVersion) { Parameters = { new NpgsqlParameter<string> { TypedValue = gaia.Value.ClusterId } } });
            command.BatchCommands.Add(new(SessionSql.Load));
            command.BatchCommands[1].Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. batch.Select(w => w.Id).Distinct()] });
            command.BatchCommands[1].Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = retention.Value.Keys });
            await using var reader = await command.ExecuteReaderAsync();
            var membership = await reader.ReadAsync() ? reader.GetInt64(0) : 0;
            await reader.NextResultAsync();
            while (await reader.ReadAsync())
            {
                var id = reader.GetString(0);
                try
                {
                    found[id] = Read(reader, membership);
                }
                // One that cannot be read fails alone.
                catch (Exception e) when (e is not NpgsqlException)
                {
                    Fail(batch.FindAll(w => w.Id == id), e);
                }
            }

            foreach (var wanted in batch) wanted.Loaded.TrySetResult(found.GetValueOrDefault(wanted.Id) ?? Absent(wanted.Id) with { MembershipVersion = membership });
        }
        // Whatever happens to a batch, its callers are answered and the next one has its turn.
        catch (Exception e)
        {
            Fail(batch, e);
        }
    }

    private void Fail(List<Wanted> asked, Exception e)
    {
        LogFailed(logger, asked.Count, e.Message);
        foreach (var wanted in asked) wanted.Loaded.TrySetException(new StorageUnavailableException($"The session cannot be loaded: {e.Message}"));
    }

    private static LoadedSession Read(NpgsqlDataReader reader, long membership)
    {
        var keys = reader.IsDBNull(SessionRows.Columns + 2) ? null : reader.GetString(SessionRows.Columns + 2);
        return new(SessionRows.WithKeys(SessionRows.Read(reader), keys) with { LateFor = Seconds(reader, SessionRows.Columns + 1) }, Seconds(reader, SessionRows.Columns), membership);
    }

    private static TimeSpan? Seconds(NpgsqlDataReader reader, int ordinal) => reader.IsDBNull(ordinal) ? null : TimeSpan.FromSeconds(reader.GetDouble(ordinal));

    private static LoadedSession Absent(string id) => new(SessionRow.Absent(id), null);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} sessions cannot be loaded: {Reason}")]
    private static partial void LogFailed(ILogger logger, int count, string reason);
}
