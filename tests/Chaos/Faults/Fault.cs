using GaiaOrleans.Testbed;

namespace GaiaOrleans.Chaos.Faults;

/// <summary>One kind of trouble: how it begins, and how it is over.</summary>
/// <param name="Kind">As it is chosen by on the command line.</param>
/// <param name="Part">What it befalls: two faults at once befall different parts.</param>
internal sealed record Fault(string Kind, string Part, Func<LocalCluster, Random, Task<Func<Task>>> Begin)
{
    private const int MostStarts = 30;

    private const string Database = "database", Legacy = "legacy", Silo = "silo", Gateway = "gateway";

    public static readonly IReadOnlyList<Fault> All =
    [
        new("silo_kill", Silo, (cluster, random) => Restarted([Any(cluster, random)], s => s.KillAsync())),
        new("silos_kill", Silo, (cluster, _) => Restarted(cluster.Silos, s => s.KillAsync())),
        new("silo_stop", Silo, (cluster, random) => Resumed(Any(cluster, random))),
        new("silo_leave", Silo, (cluster, random) => Restarted([Any(cluster, random)], s => s.StopAsync())),
        new("gateway_kill", Gateway, async (cluster, _) =>
        {
            await cluster.Gateway.KillAsync();
            return () => cluster.Gateway.RestartAsync();
        }),
        new("gateway_stop", Gateway, async (cluster, _) =>
        {
            await cluster.Gateway.SuspendAsync();
            return () =>
            {
                cluster.Gateway.Resume();
                return Task.CompletedTask;
            };
        }),
        new("database_kill", Database, async (cluster, _) =>
        {
            await cluster.Postgres.KillAsync();
            return () => cluster.Postgres.StartAgainAsync();
        }),
        new("database_restart", Database, async (cluster, _) =>
        {
            await cluster.Postgres.StopAsync();
            return () => cluster.Postgres.StartAgainAsync();
        }),
        new("database_stop", Database, async (cluster, _) =>
        {
            await cluster.Postgres.SuspendAsync();
            return () =>
            {
                cluster.Postgres.Resume();
                return Task.CompletedTask;
            };
        }),
        new("legacy_kill", Legacy, async (cluster, _) =>
        {
            await cluster.Legacy.KillAsync();
            return () => cluster.Legacy.RestartAsync();
        }),
        Of("legacy_hang", new { hang = true }),
        Of("legacy_5xx", new { error_rate = 0.5 }),
        Of("legacy_slow", new { latency_ms = 300, jitter_ms = 700 }),
        Of("legacy_drop", new { apply_then = "drop" }),
        Of("legacy_error", new { apply_then = "error" }),
    ];

    /// <summary>What GAIA_HOME does to requests.</summary>
    private static Fault Of(string kind, object settings) => new(kind, Legacy, async (cluster, _) =>
    {
        await cluster.Legacy.SetFaultsAsync(settings);
        return () => cluster.Legacy.ClearFaultsAsync();
    });

    private static SiloProcess Any(LocalCluster cluster, Random random) => cluster.Silos[random.Next(cluster.Silos.Count)];

    private static async Task<Func<Task>> Restarted(IReadOnlyList<SiloProcess> silos, Func<SiloProcess, Task> end)
    {
        await Task.WhenAll(silos.Select(end));
        return () => Task.WhenAll(silos.Select(Supervise));
    }

    private static async Task<Func<Task>> Resumed(SiloProcess silo)
    {
        await silo.SuspendAsync();
        return async () =>
        {
            silo.Resume();
            // One that was declared dead meanwhile reads of it and ends: its supervisor starts it again.
            if (await Ends(silo)) await Supervise(silo);
        };
    }

    /// <summary>As a supervisor does: a silo that finds no database ends, and is started again a moment later.</summary>
    private static async Task Supervise(SiloProcess silo)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await silo.RestartAsync();
                return;
            }
            catch (InvalidOperationException) when (attempt < MostStarts)
            {
                await timer.WaitForNextTickAsync();
            }
        }
    }

    private static async Task<bool> Ends(SiloProcess silo)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await silo.WaitForExitAsync(deadline.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
