using System.CommandLine;
using System.Text.Json;
using GaiaOrleans.Client.Http;
using GaiaOrleans.Client.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

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
            call.Show(answer, json => new Rows(Facts.Of(json, "python_version", "go_version", "conflicts"), Text.Empty, Documents(json)));
            return ExitCode.Ok;
        });
        return command;
    }

    private static IRenderable Documents(JsonElement json)
    {
        var differs = json.Items("conflicts").Select(conflict => conflict.Text("field")).ToHashSet();
        return SideBySide.Members(json.Member("python_version"), json.Member("go_version"), differs.Contains);
    }
}
