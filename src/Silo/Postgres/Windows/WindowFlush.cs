using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Telemetry;
using Npgsql;

namespace GaiaOrleans.Silo.Postgres.Windows;

/// <summary>Adds what this silo counted, and the lag as it is, to its row of the present minute: every five seconds, and once more when it stops.</summary>
internal sealed partial class WindowFlush(
    NpgsqlDataSource database, ISessionStore sessions, MigrationTally tally, ILocalSiloDetails silo, TimeProvider time, ILogger<WindowFlush> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private TallyCounts? _unstored;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Flush(cancellationToken);
    }

    public async Task Flush(CancellationToken cancellationToken)
    {
        // What could not be stored is tried again before anything newer: a database that was away costs no counts.
        _unstored ??= tally.Drain();
        try
        {
            var lag = await sessions.Lag(cancellationToken);
            await Store(_unstored, lag, cancellationToken);
            _unstored = null;
        }
        catch (Exception e) when (e is NpgsqlException or StorageUnavailableException)
        {
            LogKept(logger, e.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await Flush(stoppingToken);
    }

    /// <summary>All of it in one transaction: what is tried again must not have been counted in part.</summary>
    private async Task Store(TallyCounts c, SyncLag lag, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        Add(WindowSql.Add,
            $"{silo.Name}/{silo.SiloAddress.Generation}", c.Total, c.Successful, c.Partial, c.Failed, c.Adopted, c.GoRequests, c.GoErrors, c.PythonRequests, c.PythonErrors,
            c.GoLatency, c.PythonLatency, c.DualWriteLatency, lag.P95.TotalMilliseconds, lag.Oldest.TotalMilliseconds);
        if (c.Noise.Count > 0) Add(WindowSql.AddNoise, c.Noise.Keys.ToArray(), c.Noise.Values.ToArray());
        await batch.ExecuteNonQueryAsync(cancellationToken);

        void Add(string sql, params object[] values)
        {
            var command = new NpgsqlBatchCommand(sql);
            foreach (var value in values) command.Parameters.Add(new() { Value = value });
            batch.BatchCommands.Add(command);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The counts of this silo wait to be stored: {Reason}")]
    private static partial void LogKept(ILogger logger, string reason);
}
