using System.CommandLine;
using System.Text.Json;
using GaiaOrleans.Client.Http;
using GaiaOrleans.Client.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GaiaOrleans.Client.Rollouts;

/// <summary>What stands between the present phase and another.</summary>
internal static class PlanCommand
{
    public const string Path = "/api/migration/plan";

    public static readonly string[] Phases = ["preparation", "dual_write", "gradual_rollout", "monitoring", "cutover", "deprecation", "completed"];

    public static Command Create(Gaia gaia)
    {
        var to = new Option<string?>("--to") { Description = $"The phase to go to: {string.Join(", ", Phases)} (default: the next one)", HelpName = "PHASE" };
        to.AcceptOnlyFromAmong(Phases);
        var command = new Command("plan", "Every gate between here and another phase, and what it saw; changes nothing") { to };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            call.Show(await call.ControlPlane.Get(Query.With(Path, ("to", call.Get(to))), cancellationToken), Table);
            return ExitCode.Ok;
        });
        return command;
    }

    public static IRenderable Table(JsonElement json)
    {
        var gates = json.Items("gates").ToArray();
        var word = json.Flag("can_advance") is true ? Cell.Of("the way is free", Cell.Good) : Cell.Of($"{json.Items("blockers").Count()} of {gates.Length} gates hold", Cell.Doubtful);
        return new Rows(Cell.Of($"{json.Text("from")} to {json.Text("to")}, then {json.Text("go_percentage") ?? "-"} % on the target"), word, Text.Empty, Gates(gates));
    }

    private static IRenderable Gates(IEnumerable<JsonElement> gates) => Listing.Of(
        gates, "no gate is on the way", Column.Of("gate"), Column.StateOf("status"), Column.Of("observed", wraps: true), Column.Of("required", wraps: true), Column.Of("since"), Column.Of("evidence", wraps: true));
}
