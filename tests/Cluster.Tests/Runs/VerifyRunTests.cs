using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Runs;

namespace GaiaOrleans.Cluster.Tests.Runs;

public sealed class VerifyRunTests : RunTestBase
{
    private async Task<RunStatus> Verified()
    {
        await Cluster.Verify.Start(new());
        return await Ends(Cluster.Verify, RunState.Completed);
    }

    private async Task Migrated(int count)
    {
        Seed(count);
        await Cluster.Migrate.Start(new());
        await Ends(Cluster.Migrate, RunState.Completed);
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
        var found = Cluster.Rows.Errors.Where(e => e.Code == "mismatch").ToDictionary(e => e.SessionId, e => e.Message);
        Assert.Equal([SessionId(17), SessionId(500), "s-unknown"], found.Keys.Order());
        Assert.Equal("status: python \"busy\", go \"idle\"", found[SessionId(17)]);
        Assert.Contains("python missing", found[SessionId(500)], StringComparison.Ordinal);
        Assert.Contains("go missing", found["s-unknown"], StringComparison.Ordinal);
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
