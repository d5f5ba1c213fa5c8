using System.CommandLine;
using GaiaOrleans.Client.Watching;

namespace GaiaOrleans.Client.Runs;

/// <summary>Picks up what others change on GAIA_HOME.</summary>
internal static class ReconcileCommand
{
    public static Command Create(Gaia gaia)
    {
        var watch = Watch.Option("Show the walks until the run is ended; Ctrl-C leaves it running");
        var interval = Watch.Interval();
        var rate = RunStart.Rate();
        rate.Description = "Sessions per second at most (default: 1000)";
        var command = new Command("reconcile", "Start taking over, again and again, what is changed on GAIA_HOME directly; runs reconcile cancel ends it") { watch, interval, rate };
        gaia.Handle(command, (call, cancellationToken) =>
            RunStart.Start(call, "reconcile", new { Kind = "reconcile", Rate = call.Get(rate) }, call.Get(watch) ? Watch.Of(call, interval) : null, cancellationToken));
        return command;
    }
}
