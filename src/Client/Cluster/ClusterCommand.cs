using System.CommandLine;
using GaiaOrleans.Client.Output;
using Spectre.Console;

namespace GaiaOrleans.Client.Cluster;

/// <summary>The silos.</summary>
internal static class ClusterCommand
{
    public static Command Create(Gaia gaia)
    {
        var command = new Command("cluster", "The silos, and whether they have a quorum");
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            var answer = await call.ControlPlane.Get("/api/cluster/health", cancellationToken);
            call.Show(answer, json => new Rows(Cell.Of(ClusterPage.Line(json), Cell.ToneOf(json.Text("cluster_status"))), Text.Empty, ClusterPage.Silos(json)));
            return ExitCode.Ok;
        });
        return command;
    }
}
