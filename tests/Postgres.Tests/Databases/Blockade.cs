using GaiaOrleans.Silo.Postgres.Sessions;
using Npgsql;

namespace GaiaOrleans.Postgres.Tests.Databases;

/// <summary>Holds the terms lock, as a change of the rollout does: commits reach the server and wait in it until this is disposed.</summary>
internal sealed class Blockade : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;

    private Blockade(NpgsqlConnection connection) => _connection = connection;

    public static async Task<Blockade> Raise(TestDatabase database)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var acquire = new NpgsqlCommand($"SELECT pg_advisory_lock({SessionSql.TermsLock})", connection);
        await acquire.ExecuteNonQueryAsync();
        return new(connection);
    }

    /// <summary>Returns the server process of the commit that waits here, once there is one.</summary>
    public async Task<int> UntilSomebodyWaits()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await timer.WaitForNextTickAsync(deadline.Token))
        {
            await using var look = new NpgsqlCommand("SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())", _connection);
            if (await look.ExecuteScalarAsync() is int pid) return pid;
        }

        throw new InvalidOperationException("The timer ended.");
    }

    /// <summary>Cuts the connection of a server process; what it has not committed is rolled back.</summary>
    public async Task Terminate(int pid)
    {
        await using var terminate = new NpgsqlCommand($"SELECT pg_terminate_backend({pid}, 5000)", _connection);
        await terminate.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
