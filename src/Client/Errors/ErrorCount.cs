using System.Text.Json;
using GaiaOrleans.Client.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GaiaOrleans.Client.Errors;

/// <summary>How many of all errors a list shows, when it does not show all.</summary>
internal static class ErrorCount
{
    public static IRenderable Below(IRenderable table, int shown, JsonElement json) =>
        json.Number("total") > shown ? new Rows(table, Cell.Of($"{shown} of {json.Text("total")}", Cell.Quiet)) : table;
}
