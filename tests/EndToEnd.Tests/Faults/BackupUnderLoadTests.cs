using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.EndToEnd.Tests.Documents;
using GaiaOrleans.EndToEnd.Tests.Rollouts;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Faults;

/// <summary>scripts/backup_database.sh while clients write through every gateway.</summary>
public sealed class BackupUnderLoadTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_backup_taken_under_load_restores_into_a_store_that_equals_its_own_snapshot()
    {
        await using var cluster = await LocalCluster.StartAsync(sessions: FenceLoad.Sessions);
        var silo = new Http(cluster.Silos[0].Url);
        await silo.Post("api/migration/dual-write", """{"enabled":true,"reason":"tests"}""").Ok();
        var load = FenceLoad.Start(cluster, clients: 8);
        using var shell = new DocumentShell(cluster);
        await Answers(100);
        var before = Written();
        await shell.Run(new("backup", "bash", "scripts/backup_database.sh --to \"$SITE/load.dump\" --keep 0"));
        Assert.True(Written() > before, "nobody wrote while the backup was taken");
        await Answers(100);
        var said = await shell.Run(new("restore", "bash", "scripts/drill_restore.sh --backup \"$SITE/load.dump\""));
        Assert.Contains("disaster recovery drill passed", said, StringComparison.Ordinal);
        await load.Stop();
        Assert.Empty(load.Refused);
        Assert.Empty(await load.Lost(silo));

        int Written() => load.Seen.Count(s => s is { Write: true, Status: 200 });

        Task Answers(int more)
        {
            var goal = load.Seen.Count + more;
            return Eventually.Get(() => Task.FromResult(load.Seen.Count), seen => seen >= goal, Patience);
        }
    }
}
