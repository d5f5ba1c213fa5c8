using System.CommandLine;
using GaiaOrleans.Client.Watching;

namespace GaiaOrleans.Client.Runs;

/// <summary>Copies every session over.</summary>
internal static class MigrateCommand
{
    public static Command Create(Gaia gaia)
    {
        var watch = Watch.Option("Show the progress until the run ends (exit code 1 if a session failed); Ctrl-C leaves it running");
        var interval = Watch.Interval();
        var rate = RunStart.Rate();
        var dryRun = new Option<bool>("--dry-run") { Description = "Look at everything, change nothing" };
        var command = new Command("migrate", "Start copying every session of GAIA_HOME to the target") { watch, interval, rate, dryRun };
        gaia.Handle(command, (call, cancellationToken) =>
        {
            var body = new { Kind = "migrate", Rate = call.Get(rate), DryRun = call.Get(dryRun) ? true : (bool?)null };
            return RunStart.Start(call, "migrate", body, call.Get(watch) ? Watch.Of(call, interval) : null, cancellationToken);
        });
        return command;
    }
}
