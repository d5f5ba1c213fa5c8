using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GaiaOrleans.Client.Output;

/// <summary>What GAIA_HOME has and what the target has, line by line.</summary>
internal static class SideBySide
{
    /// <summary>One line for each member that either side has.</summary>
    /// <param name="differs">The server's word: 3 and "3" may be the same to it.</param>
    public static IRenderable Members(JsonElement? python, JsonElement? go, Func<string, bool> differs)
    {
        var table = Table("FIELD", "PYTHON", "GO", "");
        foreach (var name in Names(python).Union(Names(go)))
        {
            var different = differs(name);
            var style = different ? Cell.Doubtful : Style.Plain;
            table.AddRow(Cell.Of(name, style), Cell.Of(python?.Text(name), style), Cell.Of(go?.Text(name), style), Cell.Of(different ? "differs" : "", style));
        }

        return table;
    }

    /// <summary>Two values of one field; those of objects member by member.</summary>
    public static IRenderable Values(JsonElement? python, JsonElement? go) => python is { ValueKind: JsonValueKind.Object } || go is { ValueKind: JsonValueKind.Object }
        ? Members(python, go, static _ => false)
        : Table("PYTHON", "GO").AddRow(Cell.Of(python?.Shown()), Cell.Of(go?.Shown()));

    private static Table Table(params ReadOnlySpan<string> heads)
    {
        var table = Listing.Bare();
        foreach (var head in heads)
            table.AddColumn(new TableColumn(Cell.Of(head, Cell.Quiet)) { Padding = new Padding(0, 0, 2, 0) });
        return table;
    }

    private static IEnumerable<string> Names(JsonElement? document) =>
        document is { ValueKind: JsonValueKind.Object } json ? json.EnumerateObject().Select(member => member.Name) : [];
}
