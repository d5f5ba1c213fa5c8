using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Windows;
using Npgsql;

namespace GaiaOrleans.Silo.Postgres.Windows;

/// <summary>The windows in PostgreSQL, on its clock.</summary>
internal sealed class PostgresWindowStore(NpgsqlDataSource database) : IWindowStore
{
    private const int CountersEnd = 13;

    public async Task<DateTimeOffset> Now(CancellationToken cancellationToken) => (await database.Query("SELECT now()", r => r.GetFieldValue<DateTimeOffset>(0), cancellationToken))[0];

    /// <summary>All of it in one transaction: what is tried again must not have been counted in part.</summary>
    public async Task Add(WindowReport report, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        DateTime[] minutes = report.Closes is { } closed ? [closed.UtcDateTime, report.Minute.UtcDateTime] : [report.Minute.UtcDateTime];
        var (force, latencies, alive) = (report.InForce, report.Latencies, report.InForce.Alive.ToArray());
        if (report.Again is { } again) Then(WindowSql.Again, again.UtcDateTime);
        Then(WindowSql.HoldMinutes, minutes);
        Then(WindowSql.Add,
        [
            report.Silo, report.Minute.UtcDateTime, report.FromStart, force.LowestPercentage, (short)force.Phase, alive, .. Counters(report.Counts),
            latencies.Go, latencies.Python, latencies.DualWrite, report.LagP95Ms, report.LagMaxMs,
        ]);
        if (report.Closes is not null) Then(WindowSql.Close, report.Silo, minutes[0], force.LowestPercentage, (short)force.Phase, alive);
        Then(WindowSql.SumUp, minutes);
        Then(WindowSql.AddHour, report.Minute.UtcDateTime, latencies.Go, latencies.Python, latencies.DualWrite);
        if (report.Noise.Count > 0) Then(WindowSql.AddNoise, report.Noise.Keys.ToArray(), report.Noise.Values.ToArray());
        await DatabaseQueries.Answered(() => batch.ExecuteNonQueryAsync(cancellationToken));

        void Then(string sql, params object[] values)
        {
            var command = new NpgsqlBatchCommand(sql);
            foreach (var value in values) command.Parameters.Add(new() { Value = value });
            batch.BatchCommands.Add(command);
        }
    }

    public async Task MarkBreach(DateTimeOffset at, CancellationToken cancellationToken)
    {
        var minute = WindowRules.MinuteOf(at);
        // Counted already, and yet later: the clock was set back meanwhile. They are no time without a breach after this one.
        await database.Change(WindowSql.Again, cancellationToken, (minute + WindowRules.Minute).UtcDateTime);
        await database.Change(WindowSql.MarkBreach, cancellationToken, minute.UtcDateTime);
    }

    public async Task<WindowSums> Sums(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken) => (await database.Query(
        WindowSql.Sums,
        r => new WindowSums(Counts(r), Lag(r, CountersEnd), Lag(r, CountersEnd + 1), (int)r.GetInt64(CountersEnd + 2), (int)r.GetInt64(CountersEnd + 3)),
        cancellationToken, since.UtcDateTime, until.UtcDateTime))[0];

    public async Task<WindowLatencies> Latencies(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var (from, to) = WindowRules.HoursBetween(since, until);
        var rows = await database.Query(
            WindowSql.Latencies, r => new WindowLatencies(r.GetFieldValue<long[]>(0), r.GetFieldValue<long[]>(1), r.GetFieldValue<long[]>(2)), cancellationToken,
            since.UtcDateTime, until.UtcDateTime, from.UtcDateTime, to.UtcDateTime);
        // Here and not there: a month of them is a megabyte, and to take it apart into rows cost the database more than to send it.
        return WindowLatencies.Sum(rows);
    }

    public async Task<Soak> Soaked(DateTimeOffset since, DateTimeOffset until, IReadOnlyList<decimal> atLeastPercentages, CancellationToken cancellationToken)
    {
        var (from, to) = WindowRules.DueBetween(since, until);
        var (counts, complete, counted) = (await database.Query(
            WindowSql.Soaked(atLeastPercentages.Count),
            r => (Counts(r), r.GetInt64(CountersEnd), atLeastPercentages.Select((_, i) => r.GetInt64(CountersEnd + 1 + i) * WindowRules.Minute).ToArray()),
            cancellationToken, [since.UtcDateTime, until.UtcDateTime, from.UtcDateTime, to.UtcDateTime, .. atLeastPercentages]))[0];
        var breach = (await database.Query(
            WindowSql.LastBreach, r => r.IsDBNull(0) ? (DateTimeOffset?)null : r.GetFieldValue<DateTimeOffset>(0), cancellationToken,
            (since - WindowRules.Minute).UtcDateTime))[0];
        return new(counts, counted, (int)((to - from) / WindowRules.Minute - complete), breach + WindowRules.Minute);
    }

    public async Task<IReadOnlyList<WindowMinute>> Minutes(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var minutes = await database.Query(WindowSql.Minutes, Minute, cancellationToken, since.UtcDateTime, until.UtcDateTime);
        var latencies = minutes.ToDictionary(m => m.Minute, m => m.Latencies);
        foreach (var (minute, side, bucket, count) in await database.Query(
            WindowSql.MinuteLatencies, r => (r.GetFieldValue<DateTimeOffset>(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3)), cancellationToken, since.UtcDateTime, until.UtcDateTime))
            // One that began between the two questions is for the next one.
            if (latencies.TryGetValue(minute, out var known)) Of(known, side)[bucket - 1] = count;
        return minutes;
    }

    private static WindowMinute Minute(NpgsqlDataReader r) => new(
        r.GetFieldValue<DateTimeOffset>(CountersEnd + 2), Counts(r), WindowLatencies.None, Lag(r, CountersEnd), Lag(r, CountersEnd + 1), r.GetInt32(CountersEnd + 3),
        r.GetBoolean(CountersEnd + 4), r.GetDecimal(CountersEnd + 5), (RolloutPhase)r.GetInt16(CountersEnd + 6), r.GetBoolean(CountersEnd + 7));

    private static object[] Counters(WindowCounts c) =>
    [
        c.Total, c.Successful, c.Partial, c.Failed, c.Adopted, c.Go.Requests, c.Go.Errors, c.Go.Calls, c.Go.FailedCalls, c.Python.Requests, c.Python.Errors, c.Python.Calls,
        c.Python.FailedCalls,
    ];

    private static WindowCounts Counts(NpgsqlDataReader r) => new(
        r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), new(r.GetInt64(5), r.GetInt64(6), r.GetInt64(7), r.GetInt64(8)),
        new(r.GetInt64(9), r.GetInt64(10), r.GetInt64(11), r.GetInt64(12)));

    private static double? Lag(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetDouble(column);

    private static long[] Of(WindowLatencies latencies, string side) => side switch
    {
        "go" => latencies.Go,
        "python" => latencies.Python,
        _ => latencies.DualWrite,
    };
}
