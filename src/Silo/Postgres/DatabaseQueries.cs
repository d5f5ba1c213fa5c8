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
        await using var command = database.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return await Answered(async () =>
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellationToken)) rows.Add(read(reader));
            return rows;
        });
    }

    /// <returns>How many rows were changed.</returns>
    /// <exception cref="StorageUnavailableException">The database did not answer.</exception>
    public static async Task<int> Change(this NpgsqlDataSource database, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return await Answered(() => command.ExecuteNonQueryAsync(cancellationToken));
    }

    /// <exception cref="StorageUnavailableException">The database did not answer.</exception>
    public static async Task<T> Answered<T>(Func<Task<T>> asking)
    {
        try
        {
            return await asking();
        }
        catch (NpgsqlException e)
        {
            throw new StorageUnavailableException($"The database did not answer: {e.Message}");
        }
    }
}
