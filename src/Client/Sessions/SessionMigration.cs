using System.CommandLine;
using System.Text.Json;
using GaiaOrleans.Client.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GaiaOrleans.Client.Sessions;

/// <summary>Comparing one session, and copying it over.</summary>
internal static class SessionMigration
{
    public static Command Test(Gaia gaia)
    {
        var id = SessionCommand.Id();
        var command = new Command("test", "Read it from GAIA_HOME, map it and compare; changes nothing (exit code 1 if it differs)") { id };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            var answer = await call.ControlPlane.Post("/api/migration/test", new { SessionId = call.Get(id), Validate = true }, cancellationToken);
            call.Show(answer, Outcome);
            return answer.Json.Flag("validated") is true ? ExitCode.Ok : ExitCode.Failed;
        });
        return command;
    }

    public static Command Migrate(Gaia gaia)
    {
        var id = SessionCommand.Id();
        var command = new Command("migrate", "Copy it from GAIA_HOME to the target; does nothing when it is there already") { id };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            var answer = await call.ControlPlane.Post("/api/migration/session", new { SessionId = call.Get(id) }, cancellationToken);
            call.Show(answer, Outcome);
            return ExitCode.Ok;
        });
        return command;
    }

    private static IRenderable Outcome(JsonElement json)
    {
        var facts = Facts.Of(json, "python_version", "go_version", "conflicts", "validated");
        return json.Items("conflicts").Any() ? new Rows(facts, Text.Empty, Differences(json)) : facts;
    }

    private static IRenderable Differences(JsonElement json) => Listing.Of(
        json.Items("conflicts"), "no differences", Column.Of("field"), Column.Of("python_value", wraps: true), Column.Of("go_value", wraps: true));
}
