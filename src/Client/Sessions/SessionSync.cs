using System.CommandLine;
using System.Text.Json;
using GaiaOrleans.Client.Conflicts;
using GaiaOrleans.Client.Output;
using Spectre.Console.Rendering;

namespace GaiaOrleans.Client.Sessions;

/// <summary>Making one side what the other is.</summary>
internal static class SessionSync
{
    public static Command Create(Gaia gaia)
    {
        var id = SessionCommand.Id();
        var source = new Option<string>("--source") { Description = "The side that is right; if it has no such session, the other side's is deleted", Required = true };
        source.AcceptOnlyFromAmong("go", "python");
        var command = new Command("sync", "Make the other side what one side is, whatever it has; decides every open conflict of the session but what is set aside") { id, source };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            var body = new { SessionId = call.Get(id), Source = call.Get(source), Reason = await call.RequireReason("Forcing one side", cancellationToken) };
            var answer = await call.ControlPlane.Post("/api/migration/sync", body, cancellationToken);
            call.Show(answer, Outcome);
            // Somebody changed the other side once more while it was being forced.
            return answer.Json.Text("status") == "conflicts" ? ExitCode.Failed : ExitCode.Ok;
        });
        return command;
    }

    private static IRenderable Outcome(JsonElement json)
    {
        var fields = json.Items("fields").Select(field => ConflictField.Shown(field.Shown())).ToArray();
        return new Facts()
            .Add("status", Cell.State(json.Text("status")))
            .Add("session_id", json.Text("session_id"))
            .Add("source", json.Text("source"))
            .Add("version", json.Text("version"))
            .Add("forced", fields.Length == 0 ? "nothing, both were the same" : string.Join(", ", fields))
            .Shown;
    }
}
