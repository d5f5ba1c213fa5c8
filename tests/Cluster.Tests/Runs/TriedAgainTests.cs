using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Runs;

namespace GaiaOrleans.Cluster.Tests.Runs;

/// <summary>A session that could not be compared is tried again by an operator while the run goes on, which comes by it once more.</summary>
public sealed class TriedAgainTests : RunTestBase
{
    private static readonly string Id = SessionId(10);

    private static string Readable(string status) => $$"""{"id":"{{Id}}","status":"{{status}}","user_id":"u-10","current_task_count":10}""";

    [Fact]
    public async Task What_was_found_different_then_is_counted_once()
    {
        await Failed();
        Cluster.Legacy.Side.Seed(Id, Readable("paused"));
        Assert.Equal("different", (await Cluster.Verify.Retry(Id)).Outcome);
        var run = await Ended();
        Assert.Equal((1, 0), (run.Mismatched, run.Failed));
    }

    [Fact]
    public async Task One_that_was_equal_then_and_cannot_be_compared_any_more_has_failed()
    {
        await Failed();
        Cluster.Legacy.Side.Seed(Id, Readable("SessionStatus.IDLE"));
        Assert.Equal("equal", (await Cluster.Verify.Retry(Id)).Outcome);
        Assert.Equal(0, (await Cluster.Verify.Status()).Failed);
        Cluster.Legacy.Side.Seed(Id, "{ no JSON");
        Assert.Equal((0, 1), await Ended() is var run ? (run.Mismatched, run.Failed) : default);
    }

    /// <summary>It is asked once more at the end, as those are that the run itself found so.</summary>
    [Fact]
    public async Task One_that_was_pending_then_is_not_forgotten()
    {
        await Failed(twice: false);
        Cluster.Legacy.Side.Seed(Id, Readable("SessionStatus.IDLE"));
        Cluster.Legacy.Answer(Id, Some.Refused, times: 1_000);
        await Cluster.Merge(Id, """{"user_id":"on its way"}""");
        Assert.Equal("pending", (await Cluster.Verify.Retry(Id)).Outcome);
        Assert.Equal((0, 1, 0), await Ended() is var run ? (run.Mismatched, run.Pending, run.Failed) : default);
    }

    /// <summary>The run was begun again after it had failed, and has counted it as equal since.</summary>
    [Fact]
    public async Task One_that_the_run_does_not_count_as_failed_any_more_is_not_taken_off()
    {
        await Migrated(20);
        await Cluster.Verify.Start(new());
        var run = await Ends(Cluster.Verify, RunState.Completed);
        await Cluster.Ledger.Keep(IRunGrain.Verify, run.RunId!, [new(Id, "failed", null, "no answer", DateTimeOffset.UnixEpoch)], CancellationToken.None);
        Assert.Equal("equal", (await Cluster.Verify.Retry(Id)).Outcome);
        Assert.Equal(0, (await Cluster.Verify.Status()).Failed);
        await Cluster.Ledger.Keep(IRunGrain.Migrate, (await Cluster.Migrate.Status()).RunId!, [new(Id, "failed", null, "no answer", DateTimeOffset.UnixEpoch)], CancellationToken.None);
        await Cluster.Migrate.Retry(Id);
        Assert.Equal((20, 20, 0), await Cluster.Migrate.Status() is var m ? (m.Listed, m.Migrated, m.Failed) : default);
    }

    /// <summary>A dry run imports nothing, and so looks at what a later page shows as well.</summary>
    [Fact]
    public async Task One_that_could_be_migrated_then_and_cannot_be_any_more_has_failed()
    {
        Seed(300);
        Cluster.Legacy.Side.Seed(Id, "{ no JSON");
        Cluster.Legacy.Twice = Id;
        await Cluster.Migrate.Start(new(RatePerSecond: 1, DryRun: true));
        await Eventually.Holds(async () => (await Cluster.Migrate.Status()).Failed == 1, "it has failed");
        Cluster.Legacy.Side.Seed(Id, Readable("idle"));
        Assert.Equal("migrated", (await Cluster.Migrate.Retry(Id)).Outcome);
        await Cluster.Migrate.Limit(100_000);
        // The second page has it as it was.
        Assert.Equal((300, 1), await Ends(Cluster.Migrate, RunState.Completed) is var run ? (run.Migrated, run.Failed) : default);
    }

    /// <summary>The first page has been done, and shows it for the first time.</summary>
    /// <param name="twice">The second shows it as well.</param>
    private async Task Failed(bool twice = true)
    {
        await Migrated(300);
        Cluster.Legacy.Side.Seed(Id, "{ no JSON");
        Cluster.Legacy.Twice = twice ? Id : null;
        await Cluster.Verify.Start(new(RatePerSecond: 1));
        await Eventually.Holds(async () => (await Cluster.Verify.Status()).Failed == 1, "it has failed");
    }

    private async Task<RunStatus> Ended()
    {
        await Cluster.Verify.Limit(100_000);
        return await Ends(Cluster.Verify, RunState.Completed);
    }
}
