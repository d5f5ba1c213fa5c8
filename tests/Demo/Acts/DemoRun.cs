using System.Text.Json;
using GaiaOrleans.Demo.Checks;
using GaiaOrleans.Demo.Clusters;
using GaiaOrleans.Demo.Screens;

namespace GaiaOrleans.Demo.Acts;

/// <summary>The whole migration in order, as an operator would do it.</summary>
internal sealed class DemoRun(RunOptions options, Screen screen, TimeProvider time)
{
    private Shift? _shift;

    public async Task<int> Run(CancellationToken cancellation)
    {
        try
        {
            return await Perform(cancellation);
        }
        catch (DemoFailedException e)
        {
            screen.Fail(e.Message);
            if (_shift?.Victim is { } silo)
                screen.Note($"{silo.Name} was killed on purpose: './gaia up' brings it back if it is still down");
            return 1;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            screen.Warn($"stopped; the clients are gone, the cluster is left as it is{(_shift?.Victim is { } silo ? $" without {silo.Name}" : "")}");
            return 130;
        }
    }

    private async Task<int> Perform(CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        using var http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(3) }) { Timeout = TimeSpan.FromSeconds(30) };
        var cluster = Cluster.Read(options.ClusterFile);
        var reads = new SideReads(http, time);
        var pages = new SessionPages(reads);
        var control = new ControlPlane(http, cluster, time);
        var runs = new MigrationRuns(control, screen, time);

        screen.Title("Moving live sessions from GAIA_HOME to the cluster");
        var sessions = await new Preparation(http, pages, options, screen).Prepare(cluster, cancellation);
        using var clients = ClientsProcess.Start(options, cluster.Gateway.Url, seed: (int)time.GetUtcNow().ToUnixTimeSeconds());
        screen.Done($"{options.Clients} clients read, create, update and delete through {cluster.Gateway.Url}");

        var traffic = new Traffic(control, clients, screen, time);
        await GoLeads(control, traffic, cancellation);
        var migrated = await runs.Complete("migrate", sessions, cancellation);
        screen.Done($"migrated {migrated.Migrated}, skipped {migrated.Skipped}, failed {migrated.Failed} of {migrated.Listed} listed");
        await Verify(runs, sessions, cancellation);
        _shift = new Shift(cluster, traffic, options.PerStep, screen);
        await _shift.Perform(cancellation);

        var seen = await clients.Quiet(cancellation);
        screen.Done("clients are quiet");
        await new Settling(control, screen, time).Wait(cancellation);
        await traffic.ResumeWhatTheGuardPaused(cancellation);
        await Verify(runs, sessions, cancellation);
        var proof = await Proof.Collect(options.JournalFile, new FinalCheck(reads, pages, cluster), _shift.KilledAt, seen, cancellation);

        var report = proof.Report(sessions, migrated, _shift, time.GetElapsedTime(started));
        var verdicts = new Verdicts(screen);
        verdicts.Show(report, proof);
        if (options.JsonFile is { } path)
            report.Write(path);

        if (_shift.Victim is { } silo)
        {
            screen.Note($"starting {silo.Name} again");
            await Entry.Up(options.Gaia, cancellation);
            cluster = Cluster.Read(options.ClusterFile);
        }
        verdicts.Addresses(cluster);
        return report.ExitCode;
    }

    private async Task GoLeads(ControlPlane control, Traffic traffic, CancellationToken cancellation)
    {
        if (await traffic.Current(cancellation) is var split and > 0)
        {
            screen.Note($"an earlier run left the split at {split} %");
            await traffic.RollBack(cancellation);
        }
        await control.Post<JsonElement>("/api/migration/dual-write", new { enabled = true, mode = "go_leads", ack = "both", reason = "demo" }, cancellation);
        screen.Done("dual-write is on: go_leads, an answer waits for both sides");
    }

    private async Task Verify(MigrationRuns runs, int sessions, CancellationToken cancellation)
    {
        var verified = await runs.Complete("verify", sessions, cancellation);
        var text = $"verified {verified.Done}: {verified.Mismatched} differ";
        if (verified.Mismatched == 0)
            screen.Done(text);
        else
            screen.Warn(text);
    }
}
