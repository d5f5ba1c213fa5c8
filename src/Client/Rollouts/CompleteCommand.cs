using System.CommandLine;
using GaiaOrleans.Client.Output;

namespace GaiaOrleans.Client.Rollouts;

/// <summary>The end of the migration.</summary>
internal static class CompleteCommand
{
    public static Command Create(Gaia gaia)
    {
        var confirm = new Option<string>("--confirm") { Description = "The id of the cluster whose migration is complete (Gaia:ClusterId)", HelpName = "CLUSTER", Required = true };
        var command = new Command("complete", "Declare the migration complete: GAIA_HOME is fed no longer, and there is no way back; needs a reason") { confirm };
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            var reason = await call.RequireReason("The end of a migration", cancellationToken);
            if (!await call.Confirm("After this no rollback is possible: GAIA_HOME is not told of any change any more.", cancellationToken)) return ExitCode.Failed;
            var answer = await call.ControlPlane.Post("/api/migration/complete", new { Confirm = call.Get(confirm), Reason = reason }, cancellationToken);
            call.Show(answer, json => Cell.Of($"the migration is complete, epoch {json.Text("epoch")}", Cell.Good));
            return ExitCode.Ok;
        });
        return command;
    }
}
