using System.CommandLine;
using GaiaOrleans.Client.Output;

namespace GaiaOrleans.Client.Rollouts;

/// <summary>Holding the migration, and going on with it.</summary>
internal static class PauseCommand
{
    public static Command Pause(Gaia gaia) => Create(gaia, "pause", "Hold advances and runs; traffic goes on as it is");

    public static Command Resume(Gaia gaia) => Create(gaia, "resume", "Go on after a pause");

    private static Command Create(Gaia gaia, string word, string description)
    {
        var command = new Command(word, description);
        gaia.Handle(command, async (call, cancellationToken) =>
        {
            call.Show(await call.ControlPlane.Post($"/api/migration/{word}", new { call.Reason }, cancellationToken), json => Facts.Of(json));
            return ExitCode.Ok;
        });
        return command;
    }
}
