using GaiaOrleans.Testbed;

namespace GaiaOrleans.Chaos.Faults;

/// <summary>PostgreSQL ends or stands still, or the way to it is slow, cut, or open with nothing coming through; or its disk is full.</summary>
internal static class DatabaseFaults
{
    public static readonly IReadOnlyList<Fault> All =
    [
        new("database_kill", Fault.Database, async scene =>
        {
            await scene.Cluster.Postgres.KillAsync();
            return () => scene.Cluster.Postgres.StartAgainAsync();
        }),
        new("database_restart", Fault.Database, async scene =>
        {
            await scene.Cluster.Postgres.StopAsync();
            return () => scene.Cluster.Postgres.StartAgainAsync();
        }),
        new("database_stop", Fault.Database, async scene =>
        {
            await scene.Cluster.Postgres.SuspendAsync();
            return Fault.Then(scene.Cluster.Postgres.Resume);
        }),
        new("database_disk_full", Fault.Database, async scene =>
        {
            await scene.Cluster.Postgres.FillDiskAsync();
            return () => scene.Cluster.Postgres.FreeDiskAsync();
        })
        {
            InNetwork = true,
            Watch = scene =>
            {
                var before = scene.Cluster.Postgres.RefusedByDisk;
                return () => Task.FromResult(scene.Cluster.Postgres.RefusedByDisk > before);
            },
        },
        OnTheWay("database_slow", link => link.Delay = TimeSpan.FromMilliseconds(150), link => link.Delay = TimeSpan.Zero),
        OnTheWay("database_cut", link => link.Cut(), _ => { }),
        OnTheWay("database_half_open", link => link.Freeze(), link =>
        {
            // Connections over which nothing came for so long are of no use to either end.
            link.Cut();
            link.Thaw();
        }),
    ];

    private static Fault OnTheWay(string kind, Action<TcpLink> begin, Action<TcpLink> end) => new(kind, Fault.Database, scene =>
    {
        begin(scene.Cluster.DatabaseLink!);
        return Task.FromResult(Fault.Then(() => end(scene.Cluster.DatabaseLink!)));
    })
    { InNetwork = true };
}
