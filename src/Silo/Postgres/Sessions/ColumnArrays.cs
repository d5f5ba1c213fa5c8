using Npgsql;
using NpgsqlTypes;

namespace GaiaOrleans.Silo.Postgres.Sessions;

/// <summary>Fills a statement's array parameters column by column: makes them the first time, and gives the same ones new values afterwards.</summary>
internal ref struct ColumnArrays<TRow>(NpgsqlParameterCollection parameters, IReadOnlyList<TRow> rows)
{
    private int _next;

    public void Add<T>(NpgsqlDbType type, Func<TRow, T> value)
    {
        var array = new T[rows.Count];
        for (var i = 0; i < array.Length; i++) array[i] = value(rows[i]);
        if (_next == parameters.Count) parameters.Add(new NpgsqlParameter<T[]> { NpgsqlDbType = NpgsqlDbType.Array | type });
        ((NpgsqlParameter<T[]>)parameters[_next++]).TypedValue = array;
    }
}
