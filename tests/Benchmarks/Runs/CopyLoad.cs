using System.Diagnostics;
using Npgsql;

namespace GaiaOrleans.Benchmarks.Runs;

/// <summary>The fastest way into PostgreSQL: COPY of the rows that the migration has written, into a table with the same indexes.</summary>
internal static class CopyLoad
{
    /// <exception cref="BenchFailedException">It was not as many rows.</exception>
    public static async Task<TimeSpan> Measure(NpgsqlDataSource database, int expected, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        using var rows = new MemoryStream();
        await using (var source = await connection.BeginRawBinaryCopyAsync("COPY session_records TO STDOUT (FORMAT binary)", cancellation)) await source.CopyToAsync(rows, cancellation);
        await Execute("DROP TABLE IF EXISTS copied; CREATE TABLE copied (LIKE session_records INCLUDING ALL); CHECKPOINT");
        rows.Position = 0;
        var started = Stopwatch.GetTimestamp();
        await using (var target = await connection.BeginRawBinaryCopyAsync("COPY copied FROM STDIN (FORMAT binary)", cancellation)) await rows.CopyToAsync(target, cancellation);
        var took = Stopwatch.GetElapsedTime(started);
        await using (var count = new NpgsqlCommand("SELECT count(*) FROM copied", connection))
            if (await count.ExecuteScalarAsync(cancellation) is not long copied || copied != expected) throw new BenchFailedException($"COPY loaded something else than {expected} rows");
        await Execute("DROP TABLE copied");
        return took;

        async Task Execute(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }
}
