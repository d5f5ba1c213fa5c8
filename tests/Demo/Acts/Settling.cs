using GaiaOrleans.Demo.Clusters;
using GaiaOrleans.Demo.Screens;

namespace GaiaOrleans.Demo.Acts;

/// <summary>Waits until every change has reached the other side.</summary>
internal sealed class Settling(ControlPlane control, Screen screen, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private sealed record SyncLag(long Pending, double CurrentMs);

    /// <summary>Goes on after the deadline: the check then shows what is still missing.</summary>
    public async Task Wait(CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var lag = await Read(cancellation);
        await screen.Watch("settling", async show =>
        {
            using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(200), time);
            var most = lag.Pending;
            while (lag.Pending > 0 && time.GetElapsedTime(started) < Patience)
            {
                most = Math.Max(most, lag.Pending);
                show(new(most - lag.Pending, most, $"{lag.Pending} sessions pending"));
                await poll.WaitForNextTickAsync(cancellation);
                lag = await Read(cancellation);
            }
            show(new(1, 1, ""));
        });
        if (lag.Pending > 0)
            screen.Warn($"{lag.Pending} sessions are still pending after {Patience.TotalSeconds:0} s");
        else
            screen.Done("nothing is pending");
    }

    private Task<SyncLag> Read(CancellationToken cancellation) => control.Get<SyncLag>("/api/migration/sync-lag", cancellation);
}
