using System.Data;
using GaiaOrleans.Grains.Retention;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GaiaOrleans.Silo.Postgres.Retention;

/// <summary>Removes what is no longer needed and settles what nobody else does, right after start and every ten minutes. Of all silos one does it at a time.</summary>
internal sealed partial class RetentionSweep(
    IOptions<PostgresOptions> postgres, IOptions<RetentionOptions> options, TimeProvider time, ILogger<RetentionSweep> logger) : BackgroundService
{
    public const int Batch = 1_000;
    private const int DaysAhead = 2;
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    /// <returns>False: another silo is at it.</returns>
    /// <exception cref="NpgsqlException">The database did not answer; what was done stays done.</exception>
    public async Task<bool> Sweep(CancellationToken cancellationToken)
    {
        // Not pooled: should giving the lock back fail, the end of the connection does it a little later.
        var own = new NpgsqlConnectionStringBuilder(postgres.Value.ConnectionString) { Pooling = false, ApplicationName = "gaia-retention" };
        own.Options = $"{own.Options} {PostgresHosting.LetGo}".TrimStart();
        await using var connection = new NpgsqlConnection(own.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        if (!await Scalar<bool>(connection, RetentionSql.TakeLock, cancellationToken, RetentionSql.Lock)) return false;
        await SweepAlone(connection, cancellationToken);
        // Given back here and not by closing: the server ends a closed connection when it comes to it, and the next sweep would find it taken.
        await Scalar<bool>(connection, RetentionSql.GiveBackLock, cancellationToken, RetentionSql.Lock);
        return true;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                await Sweep(stoppingToken);
            }
            catch (NpgsqlException e)
            {
                LogPutOff(logger, "all", e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task SweepAlone(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await Execute(connection, RetentionSql.Impatient, cancellationToken);
        var kept = options.Value;
        await Step(connection, "days of keys", () => KeyDays(connection, kept.Keys, cancellationToken));
        await Step(connection, "stray keys", () => All(connection, RetentionSql.StrayKeys, cancellationToken, kept.Keys));
        await Step(connection, "settled validation errors", () => All(connection, RetentionSql.SettleValidationErrors, cancellationToken));
        await Step(connection, "errors", () => All(connection, RetentionSql.Errors, cancellationToken, kept.Errors));
        await Step(connection, "validation errors", () => All(connection, RetentionSql.ValidationErrors, cancellationToken, kept.Errors));
        await Step(connection, "events", () => All(connection, RetentionSql.Events, cancellationToken, kept.Events));
        await Step(connection, "webhook deliveries", () => All(connection, RetentionSql.Deliveries, cancellationToken, kept.Deliveries));
        await Step(connection, "minutes", () => Batches(() => Scalar<int>(connection, RetentionSql.Minutes, cancellationToken, Batch, kept.Windows)));
        await Step(connection, "windows", () => All(connection, RetentionSql.Windows, cancellationToken, kept.Windows));
        await Step(connection, "hours", () => All(connection, RetentionSql.Hours, cancellationToken, kept.Windows));
        await Step(connection, "new tombstones", () => All(connection, RetentionSql.MarkTombstones, cancellationToken));
        await Step(connection, "tombstones", () => All(connection, RetentionSql.Tombstones, cancellationToken, kept.Tombstones));
    }

    /// <summary>One that the database refuses, because somebody held a lock for long, or that takes too long, is done at the next sweep; the others are done now.</summary>
    private async Task Step(NpgsqlConnection connection, string what, Func<Task<int>> work)
    {
        try
        {
            var count = await work();
            if (count > 0) LogSwept(logger, what, count);
        }
        catch (NpgsqlException e) when (connection.FullState == ConnectionState.Open)
        {
            LogPutOff(logger, what, e.Message);
        }
    }

    private static async Task<int> KeyDays(NpgsqlConnection connection, TimeSpan kept, CancellationToken cancellationToken)
    {
        for (var ahead = 0; ahead <= DaysAhead; ahead++) await Scalar<bool>(connection, RetentionSql.AddKeyDays, cancellationToken, ahead);
        var dropped = 0;
        while (await Scalar<bool>(connection, RetentionSql.DropKeyDay, cancellationToken, kept)) dropped++;
        return dropped;
    }

    private static Task<int> All(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] ages) =>
        Batches(() => Execute(connection, sql, cancellationToken, [Batch, .. ages]));

    /// <summary>Each its own transaction, so that no lock is held for long.</summary>
    private static async Task<int> Batches(Func<Task<int>> batch)
    {
        var all = 0;
        int done;
        do all += done = await batch();
        while (done >= Batch);
        return all;
    }

    private static async Task<int> Execute(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<T> Scalar<T>(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return command;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Retention: {What}: {Count}")]
    private static partial void LogSwept(ILogger logger, string what, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Retention of {What} is put off to the next sweep: {Reason}")]
    private static partial void LogPutOff(ILogger logger, string what, string reason);
}
