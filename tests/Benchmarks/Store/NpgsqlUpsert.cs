using GaiaOrleans.Testbed;
using Npgsql;

namespace GaiaOrleans.Benchmarks.Store;

/// <summary>One prepared upsert after the other on each of several connections.</summary>
internal sealed class NpgsqlUpsert : StorePeer
{
    private static readonly int[] Candidates = [4, 8, 16, 32, 64];
    private readonly NpgsqlDataSource _database;
    private int _connections;

    private NpgsqlUpsert(NpgsqlDataSource database) => _database = database;

    public override string What => $"a prepared upsert of one row by Npgsql on {_connections} connections, the best of {string.Join(", ", Candidates)}";

    public static async Task<StorePeer> Start(string connectionString, CancellationToken cancellation)
    {
        var database = NpgsqlDataSource.Create(connectionString);
        await UpsertTable.Create(database, cancellation);
        return new NpgsqlUpsert(database);
    }

    public override async Task<double> PerSecond(TimeSpan length, CancellationToken cancellation)
    {
        _connections = await BestOf(Candidates, length, Measure);
        return await Measure(_connections, length);

        async Task<double> Measure(int connections, TimeSpan time)
        {
            var opened = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => _database.OpenConnectionAsync(cancellation).AsTask()));
            var prepared = await Task.WhenAll(opened.Select(c => UpsertTable.Prepare(c, cancellation)));
            // No two write the same row, so nobody waits for another's lock.
            var each = StorePayload.Sessions / connections;
            var rate = await Callers.PerSecond(connections, time, (caller, n) => UpsertTable.Write(prepared[caller], StorePayload.Id(caller * each + n % each), StorePayload.Document(n), cancellation));
            foreach (var connection in opened) await connection.DisposeAsync();
            return rate;
        }
    }

    public override ValueTask DisposeAsync() => _database.DisposeAsync();
}
