using System.CommandLine;
using GaiaOrleans.Client.Output;

namespace GaiaOrleans.Client.Telemetry;

/// <summary>How far the sides are apart.</summary>
internal static class LagCommand
{
    public static Command Create(Gaia gaia)
    {
        var command = new Command("lag", "How long the oldest change has been waiting for the other side, and how many wait");
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            call.Show(await call.ControlPlane.Get("/api/migration/sync-lag", cancellationToken), json => Facts.Of(json));
            return ExitCode.Ok;
        });
        return command;
    }
}
