using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Runs;

namespace GaiaOrleans.Cluster.Tests.Runs;

public sealed class RunControlTests : RunTestBase
{
    // Slow enough to be met in the middle: a page of 100 sessions every 100 ms.
    private static readonly RunRequest Slow = new(RatePerSecond: 1_000);

    // One page, and the next a hundred seconds later, or when the rate is changed.
    private static readonly RunRequest OnePage = new(RatePerSecond: 1);

    [Fact]
    public async Task A_run_pauses_resumes_and_counts_every_session_once()
    {
        Seed(1_500);
        await Cluster.Migrate.Start(OnePage);
        await Moves(Cluster.Migrate);
        var paused = await Cluster.Migrate.Pause();
        Assert.Equal((RunState.Paused, "paused by an operator", 100), (paused.State, paused.Reason, paused.Done));
        Assert.Equal(paused, await Cluster.Migrate.Status());
        Assert.Equal(RunState.Running, (await Cluster.Migrate.Resume()).State);
        await Cluster.Migrate.Limit(null);
        var run = await Ends(Cluster.Migrate, RunState.Completed);
        Assert.Equal((1_500, 1_500), (run.Listed, run.Migrated));
    }

    [Fact]
    public async Task Without_a_quorum_a_run_holds_and_goes_on_by_itself()
    {
        Seed(1_500);
        await Cluster.Migrate.Start(OnePage);
        await Moves(Cluster.Migrate);
        foreach (var silo in Cluster.Orleans.Silos.Skip(1).ToList()) await Cluster.Orleans.StopSiloAsync(silo);
        await Cluster.Migrate.Limit(100_000);
        await Eventually.Holds(async () => (await Cluster.Migrate.Status()) is { State: RunState.Running, Reason: { } why } && why.StartsWith("no quorum: 1 of 3", StringComparison.Ordinal), "it holds");
        await Cluster.Orleans.StartAdditionalSiloAsync();
        Assert.Equal(1_500, (await Ends(Cluster.Migrate, RunState.Completed)).Listed);
    }

    /// <summary>A GAIA_HOME that hangs is when somebody wants to pause.</summary>
    [Fact]
    public async Task A_page_that_hangs_keeps_nobody_from_pausing_and_is_done_again()
    {
        Seed(300);
        var hold = Cluster.Legacy.HoldLists();
        await Cluster.Migrate.Start(new());
        await Eventually.Comes(hold.Arrived, "the list");
        Assert.Equal(RunState.Paused, (await Cluster.Migrate.Pause()).State);
        Assert.Equal("paused by an operator", (await Cluster.Migrate.Status()).Reason);
        hold.Release();
        await Cluster.Migrate.Resume();
        var run = await Ends(Cluster.Migrate, RunState.Completed);
        Assert.Equal((300, 300), (run.Listed, run.Migrated));
    }

    [Fact]
    public async Task A_cancelled_run_is_over_and_another_may_start()
    {
        Seed(1_500);
        await Cluster.Migrate.Start(OnePage);
        await Moves(Cluster.Migrate);
        var cancelled = await Cluster.Migrate.Cancel();
        Assert.Equal(RunState.Cancelled, cancelled.State);
        Assert.Equal(RunState.Cancelled, (await Cluster.Migrate.Resume()).State);
        await Cluster.Migrate.Start(new());
        var run = await Ends(Cluster.Migrate, RunState.Completed);
        Assert.Equal((1_500, run.Migrated + run.Skipped), (run.Listed, run.Listed));
        Assert.True(run.Skipped >= cancelled.Migrated);
    }

    [Fact]
    public async Task A_second_start_is_refused_while_it_runs_or_is_paused()
    {
        Seed(1_500);
        await Cluster.Migrate.Start(OnePage);
        await Assert.ThrowsAsync<RunActiveException>(() => Cluster.Migrate.Start(new()));
        await Cluster.Migrate.Pause();
        await Assert.ThrowsAsync<RunActiveException>(() => Cluster.Migrate.Start(new()));
        await Assert.ThrowsAsync<InvalidInputException>(() => Cluster.Verify.Start(new(RatePerSecond: 0)));
        await Assert.ThrowsAsync<InvalidInputException>(() => Cluster.Migrate.Limit(0));
    }

    [Fact]
    public async Task Its_rate_can_be_changed_while_it_runs()
    {
        Seed(1_000);
        await Cluster.Migrate.Start(OnePage);
        await Moves(Cluster.Migrate);
        Assert.Equal(100, (await Cluster.Migrate.Status()).Done);
        Assert.Null((await Cluster.Migrate.Limit(null)).RateLimit);
        Assert.Equal(1_000, (await Ends(Cluster.Migrate, RunState.Completed)).Migrated);
    }

    [Fact]
    public async Task Without_legacy_it_tries_then_pauses_with_the_reason_and_can_be_resumed()
    {
        Seed(300);
        Cluster.Legacy.Down = true;
        await Cluster.Migrate.Start(new());
        var paused = await Ends(Cluster.Migrate, RunState.Paused);
        Assert.Equal((0, "GAIA_HOME is down."), (paused.Listed, paused.Reason));
        Cluster.Legacy.Down = false;
        await Cluster.Migrate.Resume();
        var run = await Ends(Cluster.Migrate, RunState.Completed);
        Assert.Equal((300, 300, null), (run.Listed, run.Migrated, run.Reason));
    }

    [Fact]
    public async Task A_short_absence_of_legacy_needs_nobody()
    {
        Seed(1_500);
        await Cluster.Migrate.Start(OnePage);
        await Moves(Cluster.Migrate);
        Cluster.Legacy.Down = true;
        await Cluster.Migrate.Limit(100_000);
        await Eventually.Holds(async () => (await Cluster.Migrate.Status()).Reason is not null, "it says what it waits for");
        Cluster.Legacy.Down = false;
        var run = await Ends(Cluster.Migrate, RunState.Completed);
        Assert.Equal((1_500, 1_500, 0), (run.Listed, run.Migrated, run.Failed));
    }

    [Fact]
    public async Task It_goes_on_after_its_activation_ended()
    {
        Seed(1_500);
        await Cluster.Migrate.Start(Slow);
        await Moves(Cluster.Migrate);
        await Cluster.Orleans.DeactivateAsync(Cluster.Migrate);
        var run = await Ends(Cluster.Migrate, RunState.Completed);
        Assert.Equal((1_500, 0), (run.Listed, run.Failed));
        Assert.Equal(run.Listed, run.Migrated + run.Skipped);
        Assert.Equal(1_500, (await Cluster.Rows.Count(CancellationToken.None)).Live);
    }

    [Fact]
    public async Task It_goes_on_when_its_silo_is_stopped()
    {
        Seed(1_500);
        await Cluster.Migrate.Start(Slow);
        await Moves(Cluster.Migrate);
        Assert.True(Cluster.Orleans.TryGetGrainContext(Cluster.Migrate.GetGrainId(), out var context));
        var address = context.Address.SiloAddress!;
        await Cluster.Orleans.StopSiloAsync(Cluster.Orleans.GetActiveSilos().Single(s => s.SiloAddress.Equals(address)));
        var run = await Ends(Cluster.Migrate, RunState.Completed);
        Assert.Equal((1_500, 0), (run.Listed, run.Failed));
        Assert.Equal(run.Listed, run.Migrated + run.Skipped);
        Assert.Equal(1_500, (await Cluster.Rows.Count(CancellationToken.None)).Live);
        Assert.True(Cluster.Orleans.TryGetGrainContext(Cluster.Migrate.GetGrainId(), out var next));
        Assert.NotEqual(address, next.Address.SiloAddress);
    }

    [Fact]
    public async Task While_its_state_cannot_be_stored_no_page_is_done_again()
    {
        Seed(1_500);
        await Cluster.Migrate.Start(OnePage);
        await Moves(Cluster.Migrate);
        var (asked, before) = (0, Cluster.Legacy.Lists);
        // The first is what it is told.
        Cluster.RunStates.Fault = () => ++asked is > 1 and <= 7 ? new TimeoutException("The database is gone.") : null;
        await Cluster.Migrate.Limit(100_000);
        var run = await Ends(Cluster.Migrate, RunState.Completed);
        Assert.Equal((1_500, 1_500), (run.Listed, run.Migrated + run.Skipped));
        Assert.Equal(14, Cluster.Legacy.Lists - before);
    }

    [Fact]
    public async Task Its_rate_can_be_lowered_without_stopping_it_for_what_was_done_faster()
    {
        Seed(4_000);
        await Cluster.Migrate.Start(new(RatePerSecond: 2_000));
        await Eventually.Holds(async () => (await Cluster.Migrate.Status()).Done >= 2_000, "half of it is done fast");
        // Five seconds a page; those 2 000 would take 100, which is longer than anybody waits here.
        var done = (await Cluster.Migrate.Limit(20)).Done;
        await Eventually.Holds(async () => (await Cluster.Migrate.Status()).Done >= done + 200, "two pages more");
        await Cluster.Migrate.Limit(null);
        Assert.Equal(4_000, (await Ends(Cluster.Migrate, RunState.Completed)).Migrated);
    }

    [Fact]
    public async Task A_paused_rollout_holds_it()
    {
        Seed(1_500);
        await Cluster.RolloutGrain.Pause(Some.Caller("something looks odd"));
        await Cluster.Put(s => s);
        await Cluster.Migrate.Start(new());
        // As much work as lets an unpaused run do several pages.
        for (var i = 0; i < 300; i++) Assert.Equal((RunState.Running, 0), await Cluster.Migrate.Status() is var held ? (held.State, held.Done) : default);
        Assert.Equal(0, Cluster.Legacy.Lists);
        await Cluster.RolloutGrain.Resume(Some.Caller("it was nothing"));
        Assert.Equal(1_500, (await Ends(Cluster.Migrate, RunState.Completed)).Migrated);
    }

    [Fact]
    public async Task A_run_that_somebody_else_wrote_first_reloads()
    {
        Seed(1_500);
        await Cluster.Migrate.Start(Slow);
        await Moves(Cluster.Migrate);
        Cluster.RunStates.WriteBehindEveryBack();
        var run = await Ends(Cluster.Migrate, RunState.Completed);
        Assert.Equal((1_500, 1_500), (run.Listed, run.Migrated + run.Skipped));
    }
}
