using System.Globalization;
using GaiaOrleans.Demo.Clusters;
using GaiaOrleans.Demo.Screens;

namespace GaiaOrleans.Demo.Acts;

internal sealed record RunState(string Kind, string State)
{
    public long Listed { get; init; }
    public long Done { get; init; }
    public long Migrated { get; init; }
    public long Skipped { get; init; }
    public long Failed { get; init; }
    public long Mismatched { get; init; }
    public double? RatePerS { get; init; }
    public string? Reason { get; init; }
}

/// <summary>Starts a run and watches it to its end.</summary>
internal sealed class MigrationRuns(ControlPlane control, Screen screen, TimeProvider time)
{
    private static readonly TimeSpan Stalled = TimeSpan.FromSeconds(60);

    /// <param name="kind">migrate or verify.</param>
    /// <param name="expected">How many sessions there are at least, for the bar: a run lists as it goes.</param>
    /// <param name="cancellation">Stops watching, not the run.</param>
    public async Task<RunState> Complete(string kind, long expected, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var run = await control.Post<RunState>("/api/migration/runs", new { kind }, cancellation);
        await screen.Watch(kind, async show =>
        {
            using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(250), time);
            var (moved, done) = (started, run.Done);
            while (run.State is "waiting" or "running" or "paused")
            {
                await poll.WaitForNextTickAsync(cancellation);
                run = await control.Get<RunState>($"/api/migration/runs/{kind}", cancellation);
                var total = Math.Max(expected, run.Listed);
                show(new(run.Done, total, Describe(run, total, run.RatePerS ?? run.Done / time.GetElapsedTime(started).TotalSeconds)));
                if (run.Done != done)
                    (moved, done) = (time.GetTimestamp(), run.Done);
                else if (time.GetElapsedTime(moved) > Stalled)
                    throw new DemoFailedException($"the {kind} run is {run.State} and has not moved for {Stalled.TotalSeconds:0} s at {run.Done} of {total}. {run.Reason}");
            }
        });
        if (run.State != "completed")
            throw new DemoFailedException($"the {kind} run ended as {run.State}. {run.Reason}");
        return run;
    }

    private static string Describe(RunState run, long total, double rate)
    {
        var left = rate > 0 ? string.Create(CultureInfo.InvariantCulture, $", {Math.Max(0, total - run.Done) / rate:0} s left") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{run.Done} of {total}, {rate:0}/s{left}");
    }
}
