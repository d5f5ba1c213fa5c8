using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Cluster.Tests.Legacy;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Runs;

namespace GaiaOrleans.Cluster.Tests.Runs;

/// <summary>A page that cannot be done to its end is done again. Nothing is missed by that, forgotten, or counted twice.</summary>
public sealed class RedonePageTests : RunTestBase
{
    [Fact]
    public async Task A_session_that_is_gone_from_legacy_by_then_is_missed_there()
    {
        await Migrated(120);
        var failures = 0;
        Cluster.Store.ComparedFault = () =>
        {
            Cluster.Legacy.Side.Remove(SessionId(5));
            return failures++ == 0 ? new StorageUnavailableException("The database is gone.") : null;
        };
        var run = await Ends(await Verify(repair: false), RunState.Completed);
        Assert.Equal((1, 0), (run.Mismatched, run.Failed));
        Assert.Equal((SessionId(5), "$"), Assert.Single(await Cluster.Invalid()) is var e ? (e.SessionId, e.Field) : default);
    }

    [Fact]
    public async Task What_was_repaired_already_is_counted_and_listed()
    {
        await Migrated(120);
        foreach (var i in (int[])[1, 2]) Cluster.Legacy.Side.Seed(SessionId(i), $$"""{"id":"{{SessionId(i)}}","status":"busy","user_id":"u-{{i}}","current_task_count":{{i}}}""");
        var hold = Cluster.Store.HoldCommits(SessionId(2));
        var verify = await Verify(repair: true);
        await Eventually.Comes(hold.Arrived, "one is being repaired");
        await Eventually.Holds(async () => (await Cluster.Both(SessionId(1))) is var (go, python) && go == python, "the other is repaired");
        var failures = 0;
        Cluster.Store.Fail(SessionId(2), () => failures++ == 0 ? new StorageUnavailableException("The database is gone.") : null);
        hold.Release();
        var run = await Ends(verify, RunState.Completed);
        Assert.True(failures > 1);
        Assert.Equal((2, 2, 0), (run.Mismatched, run.Repaired, run.Failed));
        Assert.Equal([SessionId(1), SessionId(2)], (await Cluster.Rows.ListInvalid(10, true, CancellationToken.None)).Errors.Concat((await Cluster.Rows.ListInvalid(10, false, CancellationToken.None)).Errors).Select(e => e.Error.SessionId).Distinct().Order());
    }

    /// <summary>Nobody answers: that is no finding about any session.</summary>
    [Fact]
    public async Task While_legacy_answers_nobody_no_session_is_judged_and_it_pauses_and_says_why()
    {
        await Migrated(120);
        for (var i = 0; i < 30; i++) Cluster.Legacy.Side.Remove(SessionId(i));
        var hold = Cluster.Legacy.HoldReads(SessionId(0));
        var verify = await Verify(repair: false);
        await Eventually.Comes(hold.Arrived, "they are asked");
        Cluster.Legacy.Down = true;
        hold.Release();
        var paused = await Ends(verify, RunState.Paused);
        Assert.Equal((0, "GAIA_HOME does not answer."), (paused.Failed, paused.Reason));
        Assert.Empty(Cluster.Rows.Errors);
        Cluster.Legacy.Down = false;
        await verify.Resume();
        var run = await Ends(verify, RunState.Completed);
        Assert.Equal((30, 0), (run.Mismatched, run.Failed));
    }

    [Fact]
    public async Task While_legacy_answers_nobody_no_session_fails_to_migrate()
    {
        var hold = await ListedBeforeDualWrite(60);
        Cluster.Legacy.Down = true;
        hold.Release();
        var paused = await Ends(Cluster.Migrate, RunState.Paused);
        Assert.Equal(0, paused.Failed);
        Assert.StartsWith("GAIA_HOME", paused.Reason, StringComparison.Ordinal);
        Cluster.Legacy.Down = false;
        await Cluster.Migrate.Resume();
        var run = await Ends(Cluster.Migrate, RunState.Completed);
        Assert.Equal((60, 0), (run.Migrated, run.Failed));
    }

    [Fact]
    public async Task While_legacy_answers_nobody_reconcile_calls_no_session_failed()
    {
        await Migrated(120);
        for (var i = 0; i < 30; i++) Cluster.Legacy.Side.Remove(SessionId(i));
        var hold = Cluster.Legacy.HoldReads(SessionId(0));
        await Cluster.Reconcile.Start(new());
        await Eventually.Comes(hold.Arrived, "they are asked");
        Cluster.Legacy.Down = true;
        hold.Release();
        Assert.Equal(0, (await Ends(Cluster.Reconcile, RunState.Paused)).Failed);
        Assert.Empty(Cluster.Rows.Errors);
        await Cluster.Reconcile.Cancel();
    }

    /// <summary>It answers again by the time it is asked how it is; or the session's silo alone had stopped asking.</summary>
    [Fact]
    public async Task One_that_legacy_did_not_answer_for_at_that_moment_has_not_failed()
    {
        await Migrated(120);
        Cluster.Legacy.Side.Remove(SessionId(5));
        var asked = 0;
        Cluster.Legacy.Showing = (id, read) => id == SessionId(5) && asked++ < 2 ? throw new LegacyUnavailableException("The circuit is open.") : read;
        var run = await Ends(await Verify(repair: false), RunState.Completed);
        Assert.Equal((1, 0), (run.Mismatched, run.Failed));
        Assert.True(asked > 2);
    }

    /// <summary>Of a page that could not be done to its end: they are known by then, and were brought by this run all the same.</summary>
    [Fact]
    public async Task What_was_imported_already_was_migrated()
    {
        Seed(90);
        await Cluster.Merge(SessionId(6), """{"status":"busy"}""");
        // Of the second portion: the first is imported by the time the page has failed.
        var failures = 0;
        Cluster.Store.Fail(SessionId(80), () => failures++ == 0 ? new StorageUnavailableException("The database is gone.") : null);
        await Cluster.Migrate.Start(new());
        var run = await Ends(Cluster.Migrate, RunState.Completed);
        Assert.Equal((90, 89, 1, 0), (run.Listed, run.Migrated, run.Skipped, run.Failed));
        Assert.True(failures > 1);
    }

    /// <summary>Likewise those that were not imported with many others, but asked for themselves.</summary>
    [Fact]
    public async Task What_was_migrated_alone_already_was_migrated()
    {
        var hold = await ListedBeforeDualWrite(60);
        var failures = 0;
        Cluster.Store.Fail(SessionId(59), () => failures++ == 0 ? new StorageUnavailableException("The database is gone.") : null);
        hold.Release();
        var run = await Ends(Cluster.Migrate, RunState.Completed);
        Assert.Equal((60, 60, 0, 0), (run.Listed, run.Migrated, run.Skipped, run.Failed));
        Assert.True(failures > 1);
    }

    [Fact]
    public async Task One_that_is_tried_again_while_the_run_goes_on_stays_open_when_it_ends()
    {
        await Migrated(300);
        Cluster.Legacy.Side.Seed(SessionId(9), "{ no JSON");
        await Cluster.Verify.Start(new(RatePerSecond: 1));
        await Eventually.Holds(async () => (await Cluster.Verify.Status()).Failed == 1, "it has failed");
        Cluster.Legacy.Side.Seed(SessionId(9), $$"""{"id":"{{SessionId(9)}}","status":"paused","user_id":"u-9","current_task_count":9}""");
        Assert.Equal("different", (await Cluster.Verify.Retry(SessionId(9))).Outcome);
        await Cluster.Verify.Limit(100_000);
        var run = await Ends(Cluster.Verify, RunState.Completed);
        Assert.Equal((1, 0), (run.Mismatched, run.Failed));
        Assert.Equal((SessionId(9), "status"), Assert.Single(await Cluster.Invalid()) is var e ? (e.SessionId, e.Field) : default);
    }

    [Fact]
    public async Task What_two_pages_show_is_counted_once()
    {
        Seed(150);
        // Of the list's first bucket, so that the second one has it as well.
        Cluster.Legacy.Side.Seed(SessionId(10), "{ no JSON");
        Cluster.Legacy.Twice = SessionId(10);
        await Cluster.Migrate.Start(new());
        var migrated = await Ends(Cluster.Migrate, RunState.Completed);
        Assert.Equal((150, 149, 0, 1), (migrated.Listed, migrated.Migrated, migrated.Skipped, migrated.Failed));
        Assert.Equal(1, (await Ends(await Verify(repair: false), RunState.Completed)).Failed);
        Cluster.Legacy.Side.Seed(SessionId(10), $$"""{"id":"{{SessionId(10)}}","status":"idle"}""");
        await Cluster.Migrate.Retry(SessionId(10));
        Assert.Equal(0, (await Cluster.Migrate.Status()).Failed);
        Cluster.Legacy.Side.Seed(SessionId(10), $$"""{"id":"{{SessionId(10)}}","status":"paused"}""");
        Assert.Equal(1, (await Ends(await Verify(repair: false), RunState.Completed)).Mismatched);
    }

    [Fact]
    public async Task One_that_was_tried_again_with_success_is_migrated_once_however_many_pages_show_it()
    {
        Seed(300);
        Cluster.Legacy.Side.Seed(SessionId(10), "{ no JSON");
        Cluster.Legacy.Twice = SessionId(10);
        await Cluster.Migrate.Start(new(RatePerSecond: 1));
        await Eventually.Holds(async () => (await Cluster.Migrate.Status()).Failed == 1, "it has failed");
        Cluster.Legacy.Side.Seed(SessionId(10), $$"""{"id":"{{SessionId(10)}}","status":"idle"}""");
        Assert.Equal("migrated", (await Cluster.Migrate.Retry(SessionId(10))).Outcome);
        await Cluster.Migrate.Limit(100_000);
        var run = await Ends(Cluster.Migrate, RunState.Completed);
        Assert.Equal((301, 300, 1, 0), (run.Listed, run.Migrated, run.Skipped, run.Failed));
    }

    /// <summary>By whom, nobody knows: not by the run, which has not been told to stop.</summary>
    [Fact]
    public async Task A_page_that_somebody_else_cancels_is_tried_as_often_as_any_other()
    {
        Seed(100);
        Cluster.Legacy.Listing = _ => throw new OperationCanceledException("Somebody else's.");
        await Cluster.Migrate.Start(new());
        Assert.Equal("Somebody else's.", (await Ends(Cluster.Migrate, RunState.Paused)).Reason);
        Cluster.Legacy.Listing = null;
        await Cluster.Migrate.Resume();
        Assert.Equal(100, (await Ends(Cluster.Migrate, RunState.Completed)).Migrated);
    }

    /// <summary>A migration whose page was listed before dual-write was on, and is on its way: nothing of it may be imported as it is, and each of its sessions is read once more.</summary>
    private async Task<Hold> ListedBeforeDualWrite(int sessions)
    {
        Seed(sessions);
        await Cluster.Put(s => s with { DualWrite = s.DualWrite with { Enabled = false } });
        var hold = Cluster.Legacy.HoldLists();
        await Cluster.Migrate.Start(new());
        await Eventually.Comes(hold.Arrived, "the list");
        await Cluster.Put(s => s with { Generation = s.Generation + 1, DualWrite = s.DualWrite with { Enabled = true } });
        return hold;
    }

    private async Task<IRunGrain> Verify(bool repair)
    {
        await Cluster.Verify.Start(new(Repair: repair));
        return Cluster.Verify;
    }
}
