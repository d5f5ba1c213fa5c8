using System.Diagnostics;
using GaiaOrleans.Testbed;
using Npgsql;

namespace GaiaOrleans.EndToEnd.Tests.Runs;

/// <summary>Differences put into the two databases themselves, past every program that owns them.</summary>
internal static class Planting
{
    public static async Task InSqlite(this GaiaHomeProcess legacy, string sql)
    {
        var start = new ProcessStartInfo("python3", ["-c", "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=10); c.executescript(sys.argv[2]); c.close()", legacy.Database, sql])
        {
            RedirectStandardError = true,
        };
        using var python = Process.Start(start)!;
        var trouble = await python.StandardError.ReadToEndAsync();
        await python.WaitForExitAsync();
        Assert.True(python.ExitCode == 0, trouble);
    }

    public static async Task<int> InPostgres(this LocalCluster cluster, string sql)
    {
        await using var database = NpgsqlDataSource.Create(cluster.ConnectionString);
        await using var command = database.CreateCommand(sql);
        return await command.ExecuteNonQueryAsync();
    }

    public static async Task<List<T>> Rows<T>(this LocalCluster cluster, string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var database = NpgsqlDataSource.Create(cluster.ConnectionString);
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync()) rows.Add(read(reader));
        return rows;
    }
}
