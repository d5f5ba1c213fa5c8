using System.CommandLine;
using GaiaOrleans.Client.Output;

namespace GaiaOrleans.Client.Telemetry;

/// <summary>The migration in numbers.</summary>
internal static class MetricsCommand
{
    public static Command Create(Gaia gaia)
    {
        var command = new Command("metrics", "Sessions migrated, failed and validated, and the latencies of both sides");
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            call.Show(await call.ControlPlane.Get("/api/migration/metrics", cancellationToken), json => Facts.Of(json));
            return ExitCode.Ok;
        });
        return command;
    }
}
