using System.CommandLine;
using GaiaOrleans.Client.Output;

namespace GaiaOrleans.Client.Checklist;

/// <summary>The guide's checklists as they stand.</summary>
internal static class ChecklistCommand
{
    public static Command Create(Gaia gaia)
    {
        var command = new Command("checklist", "Every line of the guide's checklists and success criteria: how it stands, by whom and since when");
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            call.Show(await call.ControlPlane.Get("/api/migration/checklist", cancellationToken), json => Listing.Of(
                json.Items("lines"),
                "no lines",
                Column.Of("section"),
                Column.Of("line", wraps: true),
                Column.Of("kind"),
                Column.Of("name"),
                Column.StateOf("state"),
                Column.Of("observed", wraps: true),
                Column.Of("by"),
                Column.Of("at")));
            return ExitCode.Ok;
        });
        return command;
    }
}
