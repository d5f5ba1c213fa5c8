using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GaiaOrleans.Client.Output;

/// <summary>Names and values, one pair a line.</summary>
internal sealed class Facts
{
    private readonly Table _table = Listing.Bare().HideHeaders()
        .AddColumn(new TableColumn("") { Padding = new Padding(0, 0, 2, 0), NoWrap = true })
        .AddColumn(new TableColumn("") { Padding = new Padding(0) });

    public Facts Add(string name, string? value, Style? style = null) => Add(name, Cell.Of(value, style));

    public Facts Add(string name, IRenderable value)
    {
        _table.AddRow(Cell.Of(name, Cell.Quiet), value);
        return this;
    }

    public IRenderable Shown => _table.Rows.Count == 0 ? Cell.Of("nothing") : _table;

    /// <summary>Every member of an object; an object within it under its dotted name.</summary>
    public static IRenderable Of(JsonElement json, params ReadOnlySpan<string> except)
    {
        var facts = new Facts();
        if (json.ValueKind != JsonValueKind.Object) return Cell.Of(json.Shown());
        foreach (var member in json.EnumerateObject())
        {
            if (!except.Contains(member.Name)) facts.AddMember(member.Name, member.Value);
        }

        return facts.Shown;
    }

    private void AddMember(string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object && value.EnumerateObject().Any())
        {
            foreach (var member in value.EnumerateObject())
                AddMember($"{name}.{member.Name}", member.Value);
        }
        else
        {
            Add(name, value.Shown(), name is "status" or "state" ? Cell.ToneOf(value.Shown()) : Style.Plain);
        }
    }
}
