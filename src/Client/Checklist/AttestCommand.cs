using System.CommandLine;
using GaiaOrleans.Client.Output;

namespace GaiaOrleans.Client.Checklist;

/// <summary>Vouching for what no machine can see.</summary>
internal static class AttestCommand
{
    public static Command Create(Gaia gaia)
    {
        var name = new Argument<string>("NAME") { HelpName = "NAME", Description = "An attestation's name, as in: gaia checklist" };
        var note = new Option<string?>("--note") { Description = "What it rests on", HelpName = "TEXT" };
        var command = new Command("attest", "Vouch for a line of the checklist that no machine can see") { name, note };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            var answer = await call.ControlPlane.Post("/api/migration/attestations", new { Name = call.Get(name), Note = call.Get(note) }, cancellationToken);
            call.Show(answer, json => Facts.Of(json));
            return ExitCode.Ok;
        });
        return command;
    }
}
