using GaiaOrleans.Contracts.Problems;
using Npgsql;

namespace GaiaOrleans.Silo.Postgres;

/// <summary>A query is its text, its positional values and how a row maps itself.</summary>
internal static class DatabaseQueries
{
    /// <exception cref="StorageUnavailableException">The database did not answer.</exception>
    public static async Task<IReadOnlyList<T>> Query<T>(
        this NpgsqlDataSource database, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params object[] values)
    {
        try
        {
            await using var command = database.CreateCommand(sql);
            foreach (var value in values) command.Parameters.Add(new() { Value = value });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellationToken)) rows.Add(read(reader));
            return rows;
        }
        catch (NpgsqlException e)
        {
            throw new StorageUnavailableException($"The database did not answer: {e.Message}");
        }
    }
}
