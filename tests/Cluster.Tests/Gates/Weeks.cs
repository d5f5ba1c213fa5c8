using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Checklist;
using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Grains.Windows;
using GaiaOrleans.Postgres.Tests.Windows;
using Microsoft.Extensions.DependencyInjection;

namespace GaiaOrleans.Cluster.Tests.Gates;

/// <summary>A production cluster whose weeks pass in seconds: its silos report every minute that passes, as they would.</summary>
internal sealed class Weeks : IAsyncDisposable
{
    private static readonly Caller Ann = new("ann", "by the book");
    private readonly WallClock _clock = new();
    private readonly DateTimeOffset _start;
    private readonly ReportingSilo[] _silos;

    private Weeks()
    {
        Cluster = new(_clock, rehearsal: false);
        _start = WindowRules.MinuteOf(_clock.GetUtcNow());
        _silos = [.. Enumerable.Range(1, 3).Select(i => new ReportingSilo(Cluster.Windows, _start, $"silo-{i}"))];
    }

    public GaiaCluster Cluster { get; }

    public RolloutState Row => Cluster.Rollout.State;

    public static async Task<Weeks> Begin()
    {
        var weeks = new Weeks();
        await weeks.Cluster.InitializeAsync();
        for (var i = 0; i < 20; i++) weeks.Cluster.Legacy.Side.Seed($"s-{i}", $$"""{"id":"s-{{i}}","status":"idle"}""");
        return weeks;
    }

    /// <summary>Time passes, under the split that is in force, with or without anybody to report it.</summary>
    public async Task Pass(TimeSpan span, bool reported = true, int writes = 0)
    {
        var from = Math.Ceiling((_clock.GetUtcNow() - _start).TotalMinutes) * 60;
        var to = from + span.TotalSeconds;
        if (writes > 0) Work(writes);
        for (var at = from; reported && at <= to; at += 20)
            foreach (var silo in _silos)
                await silo.Report(at, Row.GoPercentage, beside: _silos);
        _clock.Set(_start.AddSeconds(to + 40));
    }

    public Task Breach() => Cluster.Windows.MarkBreach(_clock.GetUtcNow(), CancellationToken.None);

    public async Task Attest(params string[] names)
    {
        foreach (var name in names) await Checklist.Attest(name, Ann);
    }

    public async Task Drill(params string[] names)
    {
        foreach (var name in names) await Checklist.Drill(name, passed: true, "a log", Ann);
    }

    /// <summary>Prometheus looks at every silo.</summary>
    public async Task Scrape()
    {
        var membership = Cluster.Orleans.GetActiveSilos().First().ServiceProvider.GetRequiredService<IClusterMembershipService>();
        foreach (var silo in membership.CurrentSnapshot.Members.Values) await Watch.Scraped(silo.Name);
    }

    public static async Task Run(IRunGrain run)
    {
        await run.Start(new());
        await Eventually.Holds(async () => (await run.Status()).State == RunState.Completed, "the run is complete");
    }

    public Task<RolloutChange> Split(decimal percentage) => Cluster.RolloutGrain.Split(new(percentage, Ann));

    public Task<PhaseChange> Phase(RolloutPhase to) => Cluster.RolloutGrain.Phase(new(to, Ann));

    public static async Task<IReadOnlyList<string>> Refused(Func<Task> advance) =>
        [.. (await Assert.ThrowsAsync<BlockedException>(advance)).Blockers.Select(b => b.Gate)];

    public IGateWatchGrain Watch => Cluster.Orleans.Client.GetGrain<IGateWatchGrain>(IGateWatchGrain.Key);

    private IChecklistGrain Checklist => Cluster.Orleans.Client.GetGrain<IChecklistGrain>(IChecklistGrain.Key);

    public ValueTask DisposeAsync() => new(Cluster.DisposeAsync());

    private void Work(int writes)
    {
        var tally = _silos[0].Tally;
        for (var i = 0; i < writes; i++)
        {
            tally.Successful(TimeSpan.FromMilliseconds(5));
            tally.Go(TimeSpan.FromMilliseconds(3), ok: true);
            tally.Python(TimeSpan.FromMilliseconds(4), ok: true);
        }

        tally.Charge(new(Go: writes, GoErrors: 0, Python: writes, PythonErrors: 0));
    }
}
