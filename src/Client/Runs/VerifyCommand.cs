using System.CommandLine;
using GaiaOrleans.Client.Watching;

namespace GaiaOrleans.Client.Runs;

/// <summary>Compares both sides.</summary>
internal static class VerifyCommand
{
    public static Command Create(Gaia gaia)
    {
        var watch = Watch.Option("Show the progress until the run ends (exit code 1 if a session differs); Ctrl-C leaves it running");
        var interval = Watch.Interval();
        var rate = RunStart.Rate();
        var repair = new Option<bool>("--repair") { Description = "Bring together what differs, by the conflict strategy (default: change nothing)" };
        var command = new Command("verify", "Start comparing every session on both sides") { watch, interval, rate, repair };
        gaia.Handle(command, (call, cancellationToken) =>
            RunStart.Start(call, "verify", new { Kind = "verify", Rate = call.Get(rate), Repair = call.Get(repair) ? true : (bool?)null }, call.Get(watch) ? Watch.Of(call, interval) : null, cancellationToken));
        return command;
    }
}
