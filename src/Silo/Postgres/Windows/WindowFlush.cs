using GaiaOrleans.Grains.Telemetry;
using Npgsql;

namespace GaiaOrleans.Silo.Postgres.Windows;

/// <summary>Adds what this silo counted to its row of the present minute, every five seconds and once more when it stops.</summary>
internal sealed partial class WindowFlush(NpgsqlDataSource database, MigrationTally tally, ILocalSiloDetails silo, TimeProvider time, ILogger<WindowFlush> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private const string Add = """
        INSERT INTO rollout_windows AS w (silo, minute, total, successful, partial, failed, adopted, go_requests, go_errors, python_requests, python_errors, go_latency, python_latency, dual_write_latency)
        VALUES ($1, date_trunc('minute', now()), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        ON CONFLICT (silo, minute) DO UPDATE SET
            total = w.total + EXCLUDED.total, successful = w.successful + EXCLUDED.successful, partial = w.partial + EXCLUDED.partial, failed = w.failed + EXCLUDED.failed,
            adopted = w.adopted + EXCLUDED.adopted, go_requests = w.go_requests + EXCLUDED.go_requests, go_errors = w.go_errors + EXCLUDED.go_errors,
            python_requests = w.python_requests + EXCLUDED.python_requests, python_errors = w.python_errors + EXCLUDED.python_errors,
            go_latency = (SELECT array_agg(a + b ORDER BY i) FROM unnest(w.go_latency, EXCLUDED.go_latency) WITH ORDINALITY AS x(a, b, i)),
            python_latency = (SELECT array_agg(a + b ORDER BY i) FROM unnest(w.python_latency, EXCLUDED.python_latency) WITH ORDINALITY AS x(a, b, i)),
            dual_write_latency = (SELECT array_agg(a + b ORDER BY i) FROM unnest(w.dual_write_latency, EXCLUDED.dual_write_latency) WITH ORDINALITY AS x(a, b, i))
        """;

    private TallyCounts? _unstored;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Flush(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await Flush(stoppingToken);
    }

    private async Task Flush(CancellationToken cancellationToken)
    {
        // What could not be stored is tried again before anything newer: a database that was away costs no counts.
        _unstored ??= tally.Drain();
        try
        {
            await using var command = database.CreateCommand(Add);
            foreach (var value in Values(_unstored)) command.Parameters.Add(new() { Value = value });
            await command.ExecuteNonQueryAsync(cancellationToken);
            _unstored = null;
        }
        catch (NpgsqlException e)
        {
            LogKept(logger, e.Message);
        }
    }

    private object[] Values(TallyCounts c) =>
    [
        $"{silo.Name}/{silo.SiloAddress.Generation}", c.Total, c.Successful, c.Partial, c.Failed, c.Adopted, c.GoRequests, c.GoErrors, c.PythonRequests, c.PythonErrors,
        c.GoLatency, c.PythonLatency, c.DualWriteLatency,
    ];

    [LoggerMessage(Level = LogLevel.Warning, Message = "The counts of this silo wait to be stored: {Reason}")]
    private static partial void LogKept(ILogger logger, string reason);
}
