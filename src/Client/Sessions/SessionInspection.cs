using System.CommandLine;
using System.Text.Json;
using GaiaOrleans.Client.Http;
using GaiaOrleans.Client.Output;
using Spectre.Console;

namespace GaiaOrleans.Client.Sessions;

/// <summary>Everything the system knows about one session.</summary>
internal static class SessionInspection
{
    public static Command Show(Gaia gaia)
    {
        var id = SessionCommand.Id();
        var command = new Command("show", "Both sides' documents, versions, what is pending, which side serves it and why; changes nothing") { id };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            var answer = await call.ControlPlane.Get($"/api/migration/sessions/{Query.Segment(call.Get(id))}", cancellationToken);
            call.Show(answer, json => new Rows(Facts.Of(json, "python_version", "go_version", "conflicts"), Text.Empty, SideBySide(json)));
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>What differs is the server's word: 3 and "3" may be the same to it.</summary>
    private static Table SideBySide(JsonElement json)
    {
        var differs = json.Items("conflicts").Select(conflict => conflict.Text("field")).ToHashSet();
        var (python, go) = (json.Member("python_version"), json.Member("go_version"));
        var table = Listing.Bare();
        foreach (var head in (ReadOnlySpan<string>)["FIELD", "PYTHON", "GO", ""])
            table.AddColumn(new TableColumn(Cell.Of(head, Cell.Quiet)) { Padding = new Padding(0, 0, 2, 0) });
        foreach (var field in Fields(python).Union(Fields(go)))
        {
            var different = differs.Contains(field);
            var style = different ? Cell.Doubtful : Style.Plain;
            table.AddRow(Cell.Of(field, style), Cell.Of(python?.Text(field), style), Cell.Of(go?.Text(field), style), Cell.Of(different ? "differs" : "", style));
        }

        return table;
    }

    private static IEnumerable<string> Fields(JsonElement? document) =>
        document is { ValueKind: JsonValueKind.Object } json ? json.EnumerateObject().Select(member => member.Name) : [];
}
