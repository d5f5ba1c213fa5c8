using System.Text.Json;
using GaiaOrleans.Client.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GaiaOrleans.Client.Runs;

/// <summary>Runs, one a line, each with a bar of how far it is.</summary>
internal static class RunTable
{
    private static readonly string[] Heads = ["RUN", "STATE", "PROGRESS", "", "FAILED", "DIFFER", "PENDING", "RATE", "ENDS"];

    public static IRenderable Of(IEnumerable<JsonElement> runs, DateTimeOffset now, bool unicode)
    {
        var table = Listing.Bare();
        foreach (var head in Heads)
            table.AddColumn(new TableColumn(Cell.Of(head, Cell.Quiet)) { Padding = new Padding(0, 0, 2, 0), NoWrap = true });
        foreach (var run in runs)
        {
            table.AddRow(
                Cell.Of(run.Text("kind") + (run.Flag("dry_run") is true ? " (dry run)" : "")),
                Cell.State(run.Text("state")),
                Bar.Of(RunProgress.Share(run) ?? 0, Cell.Good, Cell.Quiet, unicode),
                Cell.Of(RunProgress.Counts(run)),
                Count(run, "failed"),
                Count(run, "mismatched"),
                Cell.Of(run.Text("pending")),
                Cell.Of(RunProgress.Rate(run)),
                Cell.Of(RunProgress.Ends(run, now)));
        }

        return table.Rows.Count == 0 ? Cell.Of("no run has been started yet") : table;
    }

    private static Text Count(JsonElement run, string member) => Cell.Of(run.Text(member), run.Number(member) > 0 ? Cell.Bad : Style.Plain);
}
