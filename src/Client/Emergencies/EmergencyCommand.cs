using System.CommandLine;
using GaiaOrleans.Client.Output;

namespace GaiaOrleans.Client.Emergencies;

/// <summary>Break glass: one gateway, told directly, without its cluster.</summary>
internal static class EmergencyCommand
{
    private const string Path = "/api/gateway";

    public static Command Create(Gaia gaia)
    {
        var to = new Argument<string>("TO") { Description = "python: GAIA_HOME serves everything; off: as the cluster says again", HelpName = "python|off" };
        to.AcceptOnlyFromAmong("python", "off");
        var command = new Command("emergency", "When the cluster is dead: one gateway (--url) forwards everything to GAIA_HOME; not lossless; needs a reason") { to };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            var wanted = call.Get(to);
            var reason = await call.RequireReason("An emergency", cancellationToken);
            var name = (await call.ControlPlane.Get(Path, cancellationToken)).Json.Text("name");
            if (!await call.Confirm(Consequence(name, wanted), cancellationToken)) return ExitCode.Failed;
            var answer = await call.ControlPlane.Post($"{Path}/emergency", new { To = wanted, Confirm = name, Reason = reason }, cancellationToken);
            call.Show(answer, _ => wanted == "off"
                ? Cell.Of($"{name} routes as the cluster says", Cell.Good)
                : Cell.Of($"{name} forwards everything to GAIA_HOME, until: gaia emergency off. Every other gateway must be told as well.", Cell.Doubtful));
            return ExitCode.Ok;
        });
        return command;
    }

    private static string Consequence(string? name, string to) => to == "off"
        ? $"{name} will route as its cluster says again."
        : $"{name} will forward everything to GAIA_HOME. Changes that only the cluster has are not seen there, and each will need a decision afterwards.";
}
