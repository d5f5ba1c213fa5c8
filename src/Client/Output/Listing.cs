using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GaiaOrleans.Client.Output;

/// <summary>One column of a <see cref="Listing"/>: its head, and what it shows of a row.</summary>
internal sealed record Column(string Head, Func<JsonElement, string?> Value, bool Right = false, bool State = false, bool Wraps = false)
{
    public static Column Of(string member, bool wraps = false) => new(Title(member), row => row.Text(member), Wraps: wraps);

    public static Column Number(string member) => new(Title(member), row => row.Text(member), Right: true);

    public static Column StateOf(string member) => new(Title(member), row => row.Text(member), State: true);

    private static string Title(string member) => member.Replace('_', ' ').ToUpperInvariant();
}

/// <summary>Rows under heads, without borders, so that it reads the same in a pipe.</summary>
internal static class Listing
{
    public static IRenderable Of(IEnumerable<JsonElement> rows, string whenEmpty, params Column[] columns)
    {
        var table = Bare();
        foreach (var column in columns)
            table.AddColumn(Head(column));
        foreach (var row in rows)
            table.AddRow(columns.Select(column => Show(column, row)));
        return table.Rows.Count == 0 ? Cell.Of(whenEmpty) : table;
    }

    public static Table Bare() => new Table().Border(TableBorder.None);

    private static TableColumn Head(Column column)
    {
        var head = new TableColumn(Cell.Of(column.Head, Cell.Quiet)) { Padding = new Padding(0, 0, 2, 0), NoWrap = !column.Wraps };
        return column.Right ? head.RightAligned() : head;
    }

    private static Text Show(Column column, JsonElement row)
    {
        var value = column.Value(row);
        return column.State ? Cell.State(value) : Cell.Of(value);
    }
}
