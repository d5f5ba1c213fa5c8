using Npgsql;

namespace GaiaOrleans.Benchmarks.Store;

/// <summary>The least that holds a document under an id.</summary>
internal static class UpsertTable
{
    private const string Table = "CREATE TABLE IF NOT EXISTS upserted (id text PRIMARY KEY, document jsonb NOT NULL)";

    /// <summary>Its id is $1 and its document $2.</summary>
    public const string Upsert = "INSERT INTO upserted (id, document) VALUES ($1, $2::jsonb) ON CONFLICT (id) DO UPDATE SET document = EXCLUDED.document";

    public static async Task Create(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var create = database.CreateCommand(Table);
        await create.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>On a connection of its own, prepared.</summary>
    public static async Task<NpgsqlCommand> Prepare(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var command = new NpgsqlCommand(Upsert, connection) { Parameters = { new NpgsqlParameter<string>(), new NpgsqlParameter<string>() } };
        await command.PrepareAsync(cancellation);
        return command;
    }

    public static Task Write(NpgsqlCommand prepared, string id, string document, CancellationToken cancellation)
    {
        ((NpgsqlParameter<string>)prepared.Parameters[0]).TypedValue = id;
        ((NpgsqlParameter<string>)prepared.Parameters[1]).TypedValue = document;
        return prepared.ExecuteNonQueryAsync(cancellation);
    }
}
