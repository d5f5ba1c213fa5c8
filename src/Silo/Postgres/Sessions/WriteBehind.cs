using System.Threading.Channels;
using Npgsql;

namespace GaiaOrleans.Silo.Postgres.Sessions;

/// <summary>Stores what is reported, in batches, without making anybody wait. When the database is away it gathers here; the oldest gives way first.</summary>
internal abstract partial class WriteBehind<T>(TimeProvider time, ILogger logger) : BackgroundService
{
    private const int Kept = 10_000;
    private const int Largest = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Channel<T> _queue = Channel.CreateBounded<T>(new BoundedChannelOptions(Kept) { FullMode = BoundedChannelFullMode.DropOldest });
    private volatile bool _stopping;

    /// <summary>What has been reported is stored first, unless the database is away.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        _queue.Writer.TryComplete();
        if (ExecuteTask is { } loop) await loop.WaitAsync(cancellationToken);
        await base.StopAsync(cancellationToken);
    }

    /// <summary>Stores a batch as a whole or not at all.</summary>
    protected abstract Task Store(IReadOnlyList<T> batch);

    protected void Enqueue(T entry) => _queue.Writer.TryWrite(entry);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<T>();
        while (await _queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < Largest && _queue.Reader.TryRead(out var entry)) batch.Add(entry);
            while (batch.Count > 0) await TryStore(batch, stoppingToken);
        }
    }

    private async Task TryStore(List<T> batch, CancellationToken stoppingToken)
    {
        try
        {
            await Store(batch);
            batch.Clear();
        }
        catch (NpgsqlException e)
        {
            LogNotStored(logger, batch.Count, e.Message);
            if (_stopping) batch.Clear(); // the log has them
            else await Task.Delay(Pause, time, stoppingToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} errors wait to be stored: {Reason}")]
    private static partial void LogNotStored(ILogger logger, int count, string reason);
}
