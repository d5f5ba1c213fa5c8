using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Runs;

namespace GaiaOrleans.Cluster.Tests.Runs;

public sealed class LedgerTests : RunTestBase
{
    [Fact]
    public async Task A_record_that_fails_is_named_with_its_field_and_can_be_migrated_alone_later()
    {
        Seed(50);
        Cluster.Legacy.Side.Seed("s-bad", """{"status":"idle","user_id":"\u0000"}""");
        await Cluster.Migrate.Start(new());
        var run = await Ends(Cluster.Migrate, RunState.Completed);
        Assert.Equal((51, 50, 0, 1), (run.Listed, run.Migrated, run.Skipped, run.Failed));
        var entry = Assert.Single(await Cluster.Migrate.Ledger("failed", 10));
        Assert.Equal(("s-bad", "user_id"), (entry.SessionId, entry.Field));
        Assert.Contains("U+0000", entry.Reason, StringComparison.OrdinalIgnoreCase);

        Assert.Equal("failed", (await Cluster.Migrate.Retry("s-bad")).Outcome);
        Cluster.Legacy.Side.Seed("s-bad", """{"status":"idle","user_id":"u"}""");
        Assert.Equal("migrated", (await Cluster.Migrate.Retry("s-bad")).Outcome);
        run = await Cluster.Migrate.Status();
        Assert.Equal((51, 51, 0, 0), (run.Listed, run.Migrated, run.Skipped, run.Failed));
        Assert.Empty(await Cluster.Migrate.Ledger("failed", 10));
        await Assert.ThrowsAsync<NothingToRetryException>(() => Cluster.Migrate.Retry("s-bad"));
    }

    [Fact]
    public async Task Another_run_has_a_ledger_of_its_own()
    {
        Cluster.Legacy.Side.Seed("s-bad", """{"user_id":"\u0000"}""");
        await Cluster.Migrate.Start(new());
        await Ends(Cluster.Migrate, RunState.Completed);
        Cluster.Legacy.Side.Remove("s-bad");
        await Cluster.Migrate.Start(new());
        await Ends(Cluster.Migrate, RunState.Completed);
        Assert.Empty(await Cluster.Migrate.Ledger(null, 10));
    }

    [Fact]
    public async Task The_end_is_foretold_where_legacy_says_how_many_there_are()
    {
        Seed(1_000);
        Cluster.Legacy.Total = 1_000;
        await Cluster.Migrate.Start(new(RatePerSecond: 200));
        await Eventually.Holds(async () => (await Cluster.Migrate.Status()).Eta is not null, "there is an estimate");
        var run = await Cluster.Migrate.Status();
        Assert.Equal(1_000, run.Total);
        Assert.True(run.Eta > run.StartedAt);
        await Cluster.Migrate.Cancel();
    }

    [Fact]
    public async Task Where_pages_shift_it_walks_again_until_nothing_new_is_found()
    {
        Seed(250);
        Cluster.Legacy.Shifts = true;
        // Read already, and gone before the next page: everything behind it moves up by one, over the edge of the page.
        Cluster.Legacy.Skip(SessionId(120));
        await Cluster.Migrate.Start(new());
        var run = await Ends(Cluster.Migrate, RunState.Completed);
        Assert.Equal((250, 250, 0, 0), (run.Listed, run.Migrated, run.Skipped, run.Failed));
        Assert.True((await Cluster.Row(SessionId(120))).Live, "it slipped past the first walk");
    }

    [Fact]
    public async Task Where_every_walk_finds_something_new_it_ends_and_says_so()
    {
        Seed(250);
        Cluster.Legacy.Shifts = true;
        var walks = 0;
        Cluster.Legacy.Listing = cursor =>
        {
            if (cursor is null) Cluster.Legacy.Side.Seed($"s-more-{walks++}", """{"status":"idle"}""");
        };
        await Cluster.Migrate.Start(new());
        var run = await Ends(Cluster.Migrate, RunState.Completed);
        Assert.Equal((5, 255, 255), (walks, run.Listed, run.Migrated));
        Assert.Contains("walks", run.Reason, StringComparison.Ordinal);
        Cluster.Legacy.Listing = null;
        await Cluster.Migrate.Start(new());
        Assert.Null((await Ends(Cluster.Migrate, RunState.Completed)).Reason);
    }

    [Fact]
    public async Task What_slips_past_a_walk_and_fails_in_the_next_is_counted_once()
    {
        Seed(250);
        Cluster.Legacy.Shifts = true;
        var bad = SessionId(120) + "-bad";
        Cluster.Legacy.Side.Seed(bad, """{"status":"idle","user_id":"\u0000"}""");
        Cluster.Legacy.Skip(bad);
        // Something new in the second walk, so that there is a third.
        Cluster.Legacy.Side.Seed(SessionId(121) + "-new", """{"status":"idle"}""");
        await Cluster.Migrate.Start(new());
        var run = await Ends(Cluster.Migrate, RunState.Completed);
        Assert.Equal((252, 251, 0, 1), (run.Listed, run.Migrated, run.Skipped, run.Failed));
        Cluster.Legacy.Side.Seed(bad, """{"status":"idle"}""");
        await Cluster.Migrate.Retry(bad);
        Assert.Equal((252, 252, 0), await Cluster.Migrate.Status() is var after ? (after.Listed, after.Migrated, after.Failed) : default);
    }

    [Fact]
    public async Task A_dry_run_looks_at_legacy_when_one_is_tried_again()
    {
        Cluster.Legacy.Side.Seed("s-bad", """{"user_id":"\u0000"}""");
        await Cluster.Migrate.Start(new(DryRun: true));
        await Ends(Cluster.Migrate, RunState.Completed);
        Assert.Equal("failed", (await Cluster.Migrate.Retry("s-bad")).Outcome);
        Cluster.Legacy.Side.Seed("s-bad", """{"user_id":"u"}""");
        Assert.Equal("migrated", (await Cluster.Migrate.Retry("s-bad")).Outcome);
        Assert.Equal(0, (await Cluster.Row("s-bad")).Version);
    }

    /// <summary>What it counts on would be stored over its result.</summary>
    [Fact]
    public async Task While_the_last_page_is_not_stored_nobody_is_tried_again()
    {
        Cluster.Legacy.Side.Seed("s-bad", """{"user_id":"\u0000"}""");
        var hold = Cluster.Legacy.HoldLists();
        await Cluster.Migrate.Start(new());
        await Eventually.Comes(hold.Arrived, "the list");
        var refused = 0;
        Cluster.RunStates.Fault = () =>
        {
            Interlocked.Increment(ref refused);
            return new TimeoutException("The database is gone.");
        };
        hold.Release();
        await Eventually.Holds(() => refused > 0, "the page is done, and not stored");
        Cluster.Legacy.Side.Seed("s-bad", """{"user_id":"u"}""");
        await Assert.ThrowsAsync<StorageUnavailableException>(() => Cluster.Migrate.Retry("s-bad"));
        Cluster.RunStates.Fault = null;
        // Should it have given up by now.
        await Cluster.Migrate.Resume();
        Assert.Equal(1, (await Ends(Cluster.Migrate, RunState.Completed)) is { Listed: 1 } run ? run.Failed + run.Migrated : 0);
    }

    [Fact]
    public async Task A_record_without_an_id_is_nobody_to_be_asked_again() =>
        await Assert.ThrowsAsync<InvalidInputException>(() => Cluster.Migrate.Retry("(record 0123456789abcdef)"));
}
