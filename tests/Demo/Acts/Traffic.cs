using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using GaiaOrleans.Demo.Clusters;
using GaiaOrleans.Demo.Screens;

namespace GaiaOrleans.Demo.Acts;

/// <summary>Moves traffic and lets the clients work for a while under each split.</summary>
internal sealed class Traffic(ControlPlane control, ClientsProcess clients, Screen screen, TimeProvider time)
{
    private sealed record RolloutStatus(string? Paused);

    private sealed record SplitState(decimal GoPercentage, double TookMs, int GatewaysAcknowledged);

    public async Task Split(int go, CancellationToken cancellation)
    {
        var split = await control.PostToGateway<SplitState>(
            "/api/traffic-split", new { go_percentage = go, python_percentage = 100 - go, reason = "demo", force = true }, cancellation);
        if (split.GoPercentage != go)
            throw new DemoFailedException($"the split was set to {go} % and answered {split.GoPercentage} %");
        screen.Done($"split {go} % to the cluster  {split.TookMs.ToString("0", CultureInfo.InvariantCulture)} ms, acknowledged by {split.GatewaysAcknowledged}");
    }

    public async Task<decimal> Current(CancellationToken cancellation) =>
        (await control.GetFromGateway<SplitState>("/api/traffic-split", cancellation)).GoPercentage;

    /// <summary>The guard pauses when something was away for long, which holds runs until somebody has looked: here that is us.</summary>
    public async Task ResumeWhatTheGuardPaused(CancellationToken cancellation)
    {
        if ((await control.Get<RolloutStatus>("/api/migration/status", cancellation)).Paused is not { } why)
            return;
        screen.Warn($"paused: {why}");
        await control.Post<JsonElement>("/api/migration/resume", new { reason = "demo: what was away is back, and nothing is pending" }, cancellation);
        screen.Done("resumed, as an operator does who has found the reason");
    }

    /// <returns>Milliseconds of the whole call, as the operator waits for it.</returns>
    public async Task<double> RollBack(CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        await control.Post<JsonElement>("/api/migration/rollback", new { to_percentage = 0, reason = "demo" }, cancellation);
        var took = Math.Round(time.GetElapsedTime(started).TotalMilliseconds, 1);
        screen.Done(string.Create(CultureInfo.InvariantCulture, $"rolled back to 0 %  {took:0} ms"));
        return took;
    }

    /// <summary>SIGKILL, as if the machine had lost its power.</summary>
    public DateTimeOffset Kill(Silo silo)
    {
        var at = time.GetUtcNow();
        try
        {
            using var process = Process.GetProcessById(silo.Pid!.Value);
            process.Kill();
        }
        catch (ArgumentException)
        {
            throw new DemoFailedException($"{silo.Name} (pid {silo.Pid}) is not running: nothing to kill");
        }
        control.Lost(silo);
        screen.Warn($"{silo.Name} (pid {silo.Pid}) killed with SIGKILL");
        return at;
    }

    /// <summary>The clients' work is the event waited for; the step only shows it and ends after its share of the time.</summary>
    public Task Flow(string title, TimeSpan share, CancellationToken cancellation) => screen.Watch(title, async show =>
    {
        var (started, before) = (time.GetTimestamp(), clients.Latest);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(200), time);
        while (time.GetElapsedTime(started) is var elapsed && elapsed < share)
        {
            await tick.WaitForNextTickAsync(cancellation);
            clients.MustLive();
            if (clients.Latest is { } now)
                show(new(elapsed.TotalSeconds, share.TotalSeconds, $"{now.Reads} reads, {now.WritesAcknowledged} writes, {now.FailedRequests - (before?.FailedRequests ?? 0)} failed requests"));
        }
        show(new(1, 1, "done"));
    });
}
