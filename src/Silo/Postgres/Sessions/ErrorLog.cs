using System.Threading.Channels;
using GaiaOrleans.Grains.Sessions;
using Npgsql;
using NpgsqlTypes;

namespace GaiaOrleans.Silo.Postgres.Sessions;

/// <summary>Keeps errors for operators without making anybody wait. When the database is away they gather here; the oldest give way first.</summary>
internal sealed partial class ErrorLog(NpgsqlDataSource database, TimeProvider time, ILogger<ErrorLog> logger) : BackgroundService
{
    private const int Kept = 10_000;
    private const int Largest = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private const string Insert = """
        INSERT INTO migration_errors (session_id, side, operation, code, message, attempt, version)
        SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::integer[], $7::bigint[])
        """;

    private readonly Channel<SessionError> _queue = Channel.CreateBounded<SessionError>(new BoundedChannelOptions(Kept) { FullMode = BoundedChannelFullMode.DropOldest });
    private volatile bool _stopping;

    public void Report(SessionError error)
    {
        LogError(logger, error.SessionId, error.Operation, error.Side, error.Code, error.Message);
        _queue.Writer.TryWrite(error);
    }

    /// <summary>What has been reported is stored first, unless the database is away.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        _queue.Writer.TryComplete();
        if (ExecuteTask is { } loop) await loop.WaitAsync(cancellationToken);
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<SessionError>();
        while (await _queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < Largest && _queue.Reader.TryRead(out var error)) batch.Add(error);
            while (batch.Count > 0) await TryStore(batch, stoppingToken);
        }
    }

    private async Task TryStore(List<SessionError> batch, CancellationToken stoppingToken)
    {
        try
        {
            await Store(batch, CancellationToken.None);
            batch.Clear();
        }
        catch (NpgsqlException e)
        {
            LogNotStored(logger, batch.Count, e.Message);
            if (_stopping) batch.Clear(); // the log has them
            else await Task.Delay(Pause, time, stoppingToken);
        }
    }

    private async Task Store(List<SessionError> batch, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Insert);
        Text(e => e.SessionId);
        Text(e => e.Side);
        Text(e => e.Operation);
        Text(e => e.Code);
        Text(e => e.Message);
        command.Parameters.Add(new NpgsqlParameter<int[]> { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer, TypedValue = [.. batch.Select(e => e.Attempt)] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint, TypedValue = [.. batch.Select(e => e.Version)] });
        await command.ExecuteNonQueryAsync(cancellationToken);

        void Text(Func<SessionError, string> value) => command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. batch.Select(e => StorableText.Of(value(e)))] });
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "ERROR migration: session {SessionId}, {Operation} on {Side}: {Code}: {Reason}")]
    private static partial void LogError(ILogger logger, string sessionId, string operation, string side, string code, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} errors wait to be stored: {Reason}")]
    private static partial void LogNotStored(ILogger logger, int count, string reason);
}
