using System.CommandLine;
using GaiaOrleans.Client.Output;

namespace GaiaOrleans.Client.Checklist;

/// <summary>What was tried, and how it went.</summary>
internal static class DrillCommand
{
    public static Command Create(Gaia gaia) => new("drill", "Drills of the checklist") { Record(gaia) };

    private static Command Record(Gaia gaia)
    {
        var name = new Argument<string>("NAME") { HelpName = "NAME", Description = "A drill's name, as in: gaia checklist" };
        var result = new Option<string>("--result") { Description = "How it went", Required = true };
        result.AcceptOnlyFromAmong("passed", "failed");
        var evidence = new Option<string>("--evidence") { Description = "What shows it: a log, a file, a ticket", HelpName = "TEXT", Required = true };
        var command = new Command("record", "Say how a drill went; a later failure takes back an earlier pass") { name, result, evidence };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            var body = new { Name = call.Get(name), Result = call.Get(result), Evidence = call.Get(evidence) };
            call.Show(await call.ControlPlane.Post("/api/migration/drills", body, cancellationToken), json => Facts.Of(json));
            return ExitCode.Ok;
        });
        return command;
    }
}
