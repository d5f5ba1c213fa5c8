using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Cluster.Tests.Runs;

public sealed class MigrateRunTests : RunTestBase
{
    [Fact]
    public async Task Five_thousand_sessions_close_the_ledger()
    {
        Seed(5_000);
        await Cluster.Migrate.Start(new());
        var run = await Ends(Cluster.Migrate, RunState.Completed);
        Assert.Equal((5_000, 5_000, 0, 0), (run.Listed, run.Migrated, run.Skipped, run.Failed));
        Assert.Equal(5_000, (await Cluster.Rows.Count(CancellationToken.None)).Live);
        Assert.Equal("4999", Some.Field((await Cluster.Row(SessionId(4_999))).Document!.Utf8, "current_task_count"));
        Assert.NotNull(run.FinishedAt);
    }

    [Fact]
    public async Task Sessions_that_nobody_knew_are_written_without_an_activation_of_each()
    {
        Seed(500);
        await Cluster.Merge(SessionId(7), """{"status":"busy"}""");
        Cluster.Legacy.Side.Seed(SessionId(8), "{ no JSON");
        await Cluster.Migrate.Start(new());
        await Ends(Cluster.Migrate, RunState.Completed);
        Assert.Equal((498, 0), (Cluster.Store.AddedRows, Cluster.Store.Commits(SessionId(9))));
    }

    [Fact]
    public async Task A_row_that_comes_between_keeps_its_change()
    {
        Seed(100);
        var hold = Cluster.Store.HoldAdds();
        await Cluster.Migrate.Start(new());
        await Eventually.Comes(hold.Arrived, "the first rows are on their way");
        await Cluster.Merge(SessionId(7), """{"status":"busy"}""");
        hold.Release();
        var run = await Ends(Cluster.Migrate, RunState.Completed);
        Assert.Equal((100, 99, 1, 0), (run.Listed, run.Migrated, run.Skipped, run.Failed));
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(SessionId(7)));
    }

    [Fact]
    public async Task A_page_read_ahead_before_dual_write_began_is_not_believed()
    {
        Seed(150);
        var hold = Cluster.Store.HoldAdds();
        await Cluster.Migrate.Start(new());
        await Eventually.Comes(hold.Arrived, "the first page is worked on, and the second is read");
        await Eventually.Holds(() => Task.FromResult(Cluster.Legacy.Lists == 2), "the second page is read");
        await Cluster.Put(s => s with { DualWrite = s.DualWrite with { Enabled = false } });
        Cluster.Legacy.Side.Seed(SessionId(140), """{"status":"busy"}"""); // forwarded, acknowledged
        await Cluster.Put(s => s with { Generation = s.Generation + 1, DualWrite = s.DualWrite with { Enabled = true } });
        hold.Release();
        await Ends(Cluster.Migrate, RunState.Completed);
        await Cluster.Session(SessionId(140)).Adopt();
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(SessionId(140)));
    }

    [Fact]
    public async Task What_the_cluster_has_already_is_skipped_and_its_changes_are_kept()
    {
        Seed(150);
        await Cluster.Merge(SessionId(7), """{"status":"busy"}""");
        await Cluster.Delete(SessionId(8));
        Cluster.Legacy.Side.Seed(SessionId(8), """{"status":"idle"}"""); // the list still shows it
        await Cluster.Migrate.Start(new());
        var run = await Ends(Cluster.Migrate, RunState.Completed);
        Assert.Equal((150, 148, 2, 0), (run.Listed, run.Migrated, run.Skipped, run.Failed));
        Assert.Equal("\"busy\"", (await Cluster.Both(SessionId(7))).Go);
        Assert.Null((await Cluster.Both(SessionId(8))).Go);
    }

    [Fact]
    public async Task A_bad_record_fails_alone_with_its_reason()
    {
        Seed(120);
        Cluster.Legacy.Side.Seed(SessionId(60), "{ no JSON");
        Cluster.Legacy.Side.Seed(SessionId(61), "[1]");
        await Cluster.Migrate.Start(new());
        var run = await Ends(Cluster.Migrate, RunState.Completed);
        Assert.Equal((120, 118, 2), (run.Listed, run.Migrated, run.Failed));
        Assert.Equal([SessionId(60), SessionId(61)], Cluster.Rows.Errors.Select(e => e.SessionId).Order());
        Assert.All(Cluster.Rows.Errors, e => Assert.Equal(("migration_failed", true), (e.Code, e.Message.Length > 0)));
    }

    [Fact]
    public async Task A_database_that_is_away_for_a_moment_fails_no_session()
    {
        Seed(50);
        var failures = 0;
        Cluster.Store.Fail(SessionId(5), () => Interlocked.Increment(ref failures) <= 2 ? new StorageUnavailableException("The database is gone.") : null);
        await Cluster.Migrate.Start(new());
        var run = await Ends(Cluster.Migrate, RunState.Completed);
        Assert.Equal((50, 0), (run.Listed, run.Failed));
        Assert.Equal(50, (await Cluster.Rows.Count(CancellationToken.None)).Live);
    }

    [Fact]
    public async Task A_dry_run_changes_nothing()
    {
        Seed(30);
        Cluster.Legacy.Side.Seed(SessionId(3), "{ no JSON");
        await Cluster.Merge(SessionId(4), """{"status":"busy"}""");
        await Cluster.Migrate.Start(new(DryRun: true));
        var run = await Ends(Cluster.Migrate, RunState.Completed);
        Assert.Equal((30, 28, 1, 1, true), (run.Listed, run.Migrated, run.Skipped, run.Failed, run.DryRun));
        Assert.Equal(1, (await Cluster.Rows.Count(CancellationToken.None)).Live);
    }

    [Fact]
    public async Task A_document_listed_before_dual_write_began_is_not_believed()
    {
        await Cluster.Put(s => s with { DualWrite = s.DualWrite with { Enabled = false } });
        Cluster.Legacy.Side.Seed(SessionId(1), """{"status":"idle"}""");
        var hold = Cluster.Legacy.HoldLists();
        await Cluster.Migrate.Start(new());
        await Eventually.Comes(hold.Arrived, "the page is read");
        Cluster.Legacy.Side.Seed(SessionId(1), """{"status":"busy"}"""); // forwarded, acknowledged
        await Cluster.Put(s => s with { Generation = s.Generation + 1, DualWrite = s.DualWrite with { Enabled = true } });
        hold.Release();
        await Ends(Cluster.Migrate, RunState.Completed);
        await Cluster.Session(SessionId(1)).Adopt();
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(SessionId(1)));
    }

    [Fact]
    public async Task One_session_can_be_migrated_by_hand()
    {
        Seed(1);
        Assert.Equal((SessionMigration.Migrated, 1), await Cluster.Session(SessionId(0)).Migrate(null, release: false) is var m ? (m.Status, m.Version) : default);
        Assert.Equal((SessionMigration.AlreadyMigrated, 1), await Cluster.Session(SessionId(0)).Migrate(null, release: false) is var again ? (again.Status, again.Version) : default);
        Assert.Equal(SessionMigration.Skipped, (await Cluster.Session("nowhere").Migrate(null, release: false)).Status);
    }
}
