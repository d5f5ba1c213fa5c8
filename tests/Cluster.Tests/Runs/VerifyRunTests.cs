using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Grains.Runs;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace GaiaOrleans.Cluster.Tests.Runs;

public sealed class VerifyRunTests : RunTestBase
{
    /// <summary>On neither side's walk: legacy's passed it, and the cluster has no row.</summary>
    [Fact]
    public async Task Where_pages_shift_a_session_that_slips_past_and_is_missing_here_is_found()
    {
        await Migrated(250);
        var missing = SessionId(120) + "-missing";
        Cluster.Legacy.Side.Seed(missing, """{"status":"idle"}""");
        (Cluster.Legacy.Shifts, Cluster.Legacy.Total) = (true, 251);
        Cluster.Legacy.Skip(missing);
        await Cluster.Verify.Start(new());
        var run = await Ends(Cluster.Verify, RunState.Completed);
        Assert.Equal((251, 251, 1, 0), (run.Listed, run.Done, run.Mismatched, run.Failed));
        Assert.Equal((missing, "$"), Assert.Single(await Cluster.Invalid()) is var e ? (e.SessionId, e.Field) : default);
        Assert.Null(run.Reason);
    }

    [Fact]
    public async Task Where_every_walk_finds_what_slipped_past_the_one_before_it_ends_and_says_so()
    {
        await Migrated(50);
        Cluster.Legacy.Shifts = true;
        var walks = 0;
        Cluster.Legacy.Listing = cursor =>
        {
            if (cursor is null && walks++ > 0) Cluster.Legacy.Side.Seed($"s-more-{walks}", """{"status":"idle"}""");
        };
        await Cluster.Verify.Start(new());
        var run = await Ends(Cluster.Verify, RunState.Completed);
        Assert.Equal((ShiftingPages.MostWalks, ShiftingPages.MostWalks - 1), (walks, run.Mismatched));
        Assert.Equal(ShiftingPages.MayBeMore, run.Reason);
    }

    /// <summary>Clients create sessions all the time: the rows show them, and there is no reason to walk on for them.</summary>
    [Fact]
    public async Task What_clients_create_meanwhile_makes_it_walk_no_further()
    {
        await Migrated(50);
        Cluster.Legacy.Shifts = true;
        var walks = 0;
        Cluster.Legacy.Listing = cursor => walks += cursor is null ? 1 : 0;
        var hold = Cluster.Legacy.HoldLists();
        await Cluster.Verify.Start(new());
        await Eventually.Comes(hold.Arrived, "the list");
        await Cluster.Create("s-new", "{}");
        hold.Release();
        var run = await Ends(Cluster.Verify, RunState.Completed);
        Assert.Equal((2, 0), (walks, run.Mismatched));
    }

    private static readonly Comparer<ValidationError> ByField = Comparer<ValidationError>.Create((a, b) => string.CompareOrdinal(a.Field, b.Field));

    private async Task<RunStatus> Verified()
    {
        await Cluster.Verify.Start(new());
        return await Ends(Cluster.Verify, RunState.Completed);
    }

    [Fact]
    public async Task It_finds_nothing_where_both_sides_are_equal_whatever_the_spelling()
    {
        await Migrated(1_200);
        var run = await Verified();
        Assert.Equal((1_200, 0, 0, 0), (run.Listed, run.Mismatched, run.Pending, run.Failed));
    }

    [Fact]
    public async Task It_finds_exactly_what_was_planted()
    {
        await Migrated(1_200);
        Cluster.Legacy.Side.Seed(SessionId(17), $$"""{"id":"{{SessionId(17)}}","status":"busy","user_id":"u-17","current_task_count":17}""");
        Cluster.Legacy.Side.Remove(SessionId(500));
        Cluster.Legacy.Side.Seed("s-unknown", """{"status":"idle"}""");
        var run = await Verified();
        Assert.Equal((1_200, 3, 0, 0), (run.Listed, run.Mismatched, run.Pending, run.Failed));
        var found = (await Cluster.Invalid()).ToDictionary(e => e.SessionId);
        Assert.Equal([SessionId(17), SessionId(500), "s-unknown"], found.Keys.Order());
        Assert.Equal(new(SessionId(17), "status", "enum", "\"busy\"", "\"idle\"", 1, ValidationError.Verify), found[SessionId(17)]);
        Assert.Equal(new(SessionId(500), "$", "exact", null, "\"present\"", 1, ValidationError.Verify), found[SessionId(500)]);
        Assert.Equal(new("s-unknown", "$", "exact", "\"present\"", null, 0, ValidationError.Verify), found["s-unknown"]);
        Assert.Empty(Cluster.Rows.Errors);
    }

    /// <summary>Chaos, seeds 102 and 104: what clients did on GAIA_HOME alone, while it was the only side, is nobody's mistake; no migration has to come before it is seen.</summary>
    [Fact]
    public async Task Rows_of_before_dual_write_was_off_are_read_anew()
    {
        await Migrated(120);
        Cluster.Legacy.Side.Remove(SessionId(1));
        Cluster.Legacy.Side.Seed(SessionId(2), """{"status":"busy"}""");
        await Cluster.Put(s => s with { Generation = s.Generation + 1 });
        Cluster.Legacy.Side.Seed("s-unknown", """{"status":"idle"}""");
        var run = await Verified();
        Assert.Equal((1, 0, 0), (run.Mismatched, run.Pending, run.Failed)); // what the cluster has never seen, and nothing else
        Assert.Equal("s-unknown", Assert.Single(await Cluster.Invalid()).SessionId);
        Assert.Null((await Cluster.Session(SessionId(1)).Read()).Body);
    }

    [Fact]
    public async Task A_run_that_ends_closes_what_it_finds_no_more()
    {
        await Migrated(120);
        foreach (var i in (int[])[1, 2]) Cluster.Legacy.Side.Seed(SessionId(i), """{"status":"busy"}""");
        await Verified();
        var first = await Cluster.Invalid();
        Assert.Equal(6, first.Count); // status, user_id and current_task_count of both
        Cluster.Legacy.Side.Seed(SessionId(1), $$"""{"id":"{{SessionId(1)}}","status":"idle","user_id":"u-1","current_task_count":1}""");
        await Verified();
        Assert.Equal(first.Where(e => e.SessionId == SessionId(2)).Order(ByField), (await Cluster.Invalid()).Order(ByField));
    }

    /// <summary>What an earlier run found still stands where this one could not look.</summary>
    [Fact]
    public async Task A_run_that_ends_closes_nothing_of_a_session_that_it_could_not_compare()
    {
        await Migrated(120);
        foreach (var i in (int[])[1, 2]) Cluster.Legacy.Side.Seed(SessionId(i), $$"""{"id":"{{SessionId(i)}}","status":"busy","user_id":"u-{{i}}","current_task_count":{{i}}}""");
        await Verified();
        Cluster.Legacy.Side.Seed(SessionId(1), "{ no JSON");
        Cluster.Legacy.Answer(SessionId(2), Some.Refused);
        await Cluster.Merge(SessionId(2), """{"user_id":"u-22"}""");
        var run = await Verified();
        Assert.Equal((1, 1, 0), (run.Failed, run.Pending, run.Mismatched));
        Assert.Equal([SessionId(1), SessionId(2)], (await Cluster.Invalid()).Select(e => e.SessionId).Order());
    }

    [Fact]
    public async Task A_run_that_does_not_end_closes_nothing()
    {
        await Migrated(1_200);
        Cluster.Legacy.Side.Seed(SessionId(1), $$"""{"id":"{{SessionId(1)}}","status":"busy","user_id":"u-1","current_task_count":1}""");
        await Verified();
        Cluster.Legacy.Side.Seed(SessionId(1), $$"""{"id":"{{SessionId(1)}}","status":"idle","user_id":"u-1","current_task_count":1}""");
        await Cluster.Verify.Start(new(RatePerSecond: 1_000));
        await Moves(Cluster.Verify);
        await Cluster.Verify.Cancel();
        Assert.Single(await Cluster.Invalid());
    }

    [Fact]
    public async Task What_the_rules_excuse_is_counted_also_where_the_sides_are_equal()
    {
        await Migrated(120);
        await Verified();
        Assert.Equal(120, Cluster.Orleans.GetActiveSilos().Sum(s => s.ServiceProvider.GetRequiredService<MigrationTally>().Drain().Noise.GetValueOrDefault("enum")));
    }

    [Fact]
    public async Task What_is_on_its_way_is_pending_and_no_mismatch()
    {
        await Migrated(150);
        Cluster.Legacy.Answer(SessionId(3), Some.Refused);
        await Cluster.Merge(SessionId(3), """{"status":"busy"}""");
        Cluster.Legacy.Answer("s-new", Some.Refused);
        await Cluster.Create("s-new", "{}");
        Cluster.Legacy.Answer(SessionId(4), Some.Refused);
        await Cluster.Delete(SessionId(4));
        var run = await Verified();
        Assert.Equal((3, 0, 0), (run.Pending, run.Mismatched, run.Failed));
    }

    [Fact]
    public async Task What_arrives_while_the_others_are_compared_is_judged_after_all()
    {
        await Migrated(150);
        Cluster.Legacy.Side.Seed(SessionId(7), $$"""{"id":"{{SessionId(7)}}","status":"busy","user_id":"u-7","current_task_count":7}""");
        Cluster.Legacy.Answer(SessionId(3), Some.Refused);
        await Cluster.Merge(SessionId(3), """{"status":"busy"}""");
        var read = Cluster.Legacy.Reads(SessionId(3));
        var hold = Cluster.Legacy.HoldReads(SessionId(7));
        await Cluster.Verify.Start(new());
        await hold.Arrived;
        await Eventually.Holds(() => Task.FromResult(Cluster.Legacy.Reads(SessionId(3)) > read), "it is compared");
        await Cluster.Merge(SessionId(3), """{"status":"idle"}""");
        hold.Release();
        var run = await Ends(Cluster.Verify, RunState.Completed);
        Assert.Equal((0, 1, 0), (run.Pending, run.Mismatched, run.Failed));
    }

    /// <summary>Whoever writes there directly may have been half way.</summary>
    [Fact]
    public async Task What_differs_is_read_once_more_before_it_is_called_different()
    {
        await Migrated(120);
        var equal = Cluster.Legacy.Understand(SessionId(5), Some.Utf8($$"""{"id":"{{SessionId(5)}}","status":"idle","user_id":"u-5","current_task_count":5}"""));
        Cluster.Legacy.Side.Seed(SessionId(5), $$"""{"id":"{{SessionId(5)}}","status":"busy","user_id":"u-5","current_task_count":5}""");
        var reads = 0;
        Cluster.Legacy.Showing = (id, read) => id == SessionId(5) && ++reads > 1 ? equal : read;
        var run = await Verified();
        Assert.Equal((0, 2), (run.Mismatched, reads));
        Assert.Empty(await Cluster.Invalid());
    }

    [Fact]
    public async Task A_deleted_session_that_legacy_still_has_is_found_and_one_that_it_has_not_is_equal()
    {
        await Migrated(120);
        await Cluster.Delete(SessionId(1));
        await Cluster.Delete(SessionId(2));
        Cluster.Legacy.Side.Seed(SessionId(2), """{"status":"idle"}""");
        var run = await Verified();
        Assert.Equal((1, 0), (run.Mismatched, run.Failed));
    }

    [Fact]
    public async Task A_record_that_cannot_be_read_fails_alone()
    {
        await Migrated(120);
        Cluster.Legacy.Side.Seed(SessionId(9), "{ no JSON");
        var run = await Verified();
        Assert.Equal((120, 1, 0), (run.Listed, run.Failed, run.Mismatched));
        var entry = Assert.Single(await Cluster.Verify.Ledger("failed", 10));
        Assert.Equal(SessionId(9), entry.SessionId);
        Assert.Contains("JSON", entry.Reason, StringComparison.Ordinal);
        Cluster.Legacy.Side.Seed(SessionId(9), $$"""{"id":"{{SessionId(9)}}","status":"idle","user_id":"u-9","current_task_count":9}""");
        Assert.Equal("equal", (await Cluster.Verify.Retry(SessionId(9))).Outcome);
        Assert.Equal(0, (await Cluster.Verify.Status()).Failed);
    }

    [Fact]
    public async Task A_dry_run_repairs_nothing_when_one_is_tried_again_either()
    {
        await Migrated(20);
        Cluster.Legacy.Side.Seed(SessionId(9), "{ no JSON");
        await Cluster.Verify.Start(new(DryRun: true, Repair: true));
        await Ends(Cluster.Verify, RunState.Completed);
        Cluster.Legacy.Side.Seed(SessionId(9), $$"""{"id":"{{SessionId(9)}}","status":"paused"}""");
        Assert.Equal("different", (await Cluster.Verify.Retry(SessionId(9))).Outcome);
        Assert.Equal(("\"idle\"", "\"paused\""), await Cluster.Both(SessionId(9)));
    }

    /// <summary>It was judged, and storing that failed: judged it stays, though it is not pending any more.</summary>
    [Fact]
    public async Task What_was_found_when_its_state_could_not_be_stored_is_counted_all_the_same()
    {
        await Migrated(120);
        var theirs = Cluster.Legacy.Understand(SessionId(5), Some.Utf8($$"""{"id":"{{SessionId(5)}}","status":"paused"}"""));
        RunStatus run;
        var refused = 0;
        // On a busy machine the run may have asked for the last time before the session is repaired.
        do
        {
            (Cluster.RunStates.Fault, Cluster.Legacy.Showing) = (null, null);
            Cluster.Legacy.Answer(SessionId(5), Some.Refused);
            await Cluster.Merge(SessionId(5), """{"status":"busy"}""");
            await Cluster.Verify.Start(new());
            await Eventually.Holds(async () => (await Cluster.Verify.Status()).Pending == 1, "it is asked again");
            refused = 0;
            Cluster.RunStates.Fault = () => refused++ < 3 ? new TimeoutException("The database is gone.") : null;
            Cluster.Legacy.Showing = (id, read) => id == SessionId(5) ? theirs : read;
            await Cluster.Session(SessionId(5)).Repair();
            run = await Ends(Cluster.Verify, RunState.Completed);
        }
        while (run.Pending > 0);

        Assert.Equal((1, 0, 0), (run.Mismatched, run.Pending, run.Failed));
        Assert.True(refused > 3);
    }

    [Fact]
    public async Task After_a_pause_it_starts_again_and_counts_once()
    {
        await Migrated(1_200);
        await Cluster.Verify.Start(new(RatePerSecond: 1_000));
        await Moves(Cluster.Verify);
        await Cluster.Verify.Pause();
        await Cluster.Verify.Resume();
        var run = await Ends(Cluster.Verify, RunState.Completed);
        Assert.Equal((1_200, 0), (run.Listed, run.Mismatched));
    }
}
