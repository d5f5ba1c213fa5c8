using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Cluster.Tests.Runs;
using GaiaOrleans.Contracts.Charges;
using GaiaOrleans.Contracts.Guard;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Events;
using GaiaOrleans.Grains.Guard;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Telemetry;
using GaiaOrleans.Grains.Windows;
using Microsoft.Extensions.DependencyInjection;

namespace GaiaOrleans.Cluster.Tests.Guard;

public sealed class GuardTests : RunTestBase
{
    private static readonly ChargedRequests Good = new(1_000, 0, 1_000, 0);
    private static readonly ChargedRequests Bad = new(1_000, 80, 1_000, 0);
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_pause_holds_runs_and_advances_until_an_operator_resumes()
    {
        Seed(300);
        await At(10);
        await Count(Bad);
        Assert.Equal(GuardVerdict.Pause, (await Cluster.Guard.Evaluate()).Reading.Verdict);
        Assert.Equal("guard: go 8 % of 1000 requests answered 5xx", (await Cluster.RolloutGrain.Get()).Paused);
        await Assert.ThrowsAsync<BlockedException>(() => Cluster.RolloutGrain.Split(new(20, Some.Caller())));
        foreach (var silo in Cluster.Orleans.GetActiveSilos()) await silo.ServiceProvider.GetRequiredService<SiloLease>().Refresh(CancellationToken.None);
        await Cluster.Migrate.Start(new());
        await Eventually.Holds(async () => (await Cluster.Migrate.Status()).Reason?.Contains("guard: go 8 %", StringComparison.Ordinal) == true, "the run is held and says why");
        Assert.Equal((RunState.Running, 0), await Cluster.Migrate.Status() is var run ? (run.State, run.Done) : default);
        await Assert.ThrowsAsync<ReasonRequiredException>(() => Cluster.RolloutGrain.Resume(new("ann", " ")));
        Assert.NotNull(Cluster.Rollout.State.Paused);

        await Cluster.RolloutGrain.Resume(Some.Caller("looked at it"));
        Assert.Null((await Ends(Cluster.Migrate, RunState.Completed)).Reason);
    }

    [Fact]
    public async Task After_a_resume_only_what_came_since_counts()
    {
        await At(10);
        await Count(Bad);
        await Cluster.Guard.Evaluate();
        await Cluster.RolloutGrain.Resume(Some.Caller("looked at it"));
        Assert.Equal(GuardVerdict.Insufficient, (await Cluster.Guard.Evaluate()).Reading.Verdict);
        Assert.Null(Cluster.Rollout.State.Paused);
        await Cluster.Orleans.DeactivateAsync(Cluster.Guard);
        Assert.Equal(GuardVerdict.Insufficient, (await Cluster.Guard.Evaluate()).Reading.Verdict);
        Assert.Null(Cluster.Rollout.State.Paused);

        Cluster.WindowClock.Advance(Fresh);
        await Count(Bad);
        Assert.Equal(GuardVerdict.Pause, (await Cluster.Guard.Evaluate()).Reading.Verdict);
        Assert.NotNull(Cluster.Rollout.State.Paused);
        Assert.Equal(2, (await Entries()).Count(e => e.Action == GuardEntry.Paused));
    }

    [Fact]
    public async Task Each_change_of_verdict_is_kept_once_with_its_figures_and_told()
    {
        await Count(Good);
        await Cluster.Guard.Evaluate();
        await Cluster.Guard.Evaluate();
        await Count(new(0, 15, 0, 0));
        await Cluster.Guard.Evaluate();
        var entries = await Entries();
        Assert.Equal(
            [(GuardEntry.Turned, GuardVerdict.Ok, GuardVerdict.Investigate), (GuardEntry.Turned, GuardVerdict.Insufficient, GuardVerdict.Ok)],
            entries.Select(e => (e.Action, e.Before, e.Reading.Verdict)));
        Assert.Equal((0.015, 1_000), (entries[0].Reading.GoErrorRate, entries[0].Reading.GoSample));
        var told = await Cluster.Rollout.Events.Newest(10, [EventKinds.Guard], CancellationToken.None);
        Assert.Equal(2, told.Count);
        Assert.Contains("\"verdict\":\"investigate\"", told[0].Data, StringComparison.Ordinal);
        Assert.Null(Cluster.Rollout.State.Paused);
        Assert.Equal(entries[0].At, (await Cluster.Guard.Status()).Since);
    }

    [Fact]
    public async Task What_it_knew_survives_its_silo()
    {
        await Count(Good);
        var before = await Cluster.Guard.Evaluate();
        await Cluster.Orleans.DeactivateAsync(Cluster.Guard);
        Assert.Equal(before, await Cluster.Guard.Status());
    }

    [Fact]
    public async Task A_breach_is_in_the_windows_for_as_long_as_it_stands()
    {
        await Count(Bad);
        await Cluster.Guard.Evaluate();
        var now = Cluster.WindowClock.GetUtcNow();
        Assert.Equal(WindowRules.MinuteOf(now).AddMinutes(1), (await Cluster.Windows.Soaked(now.AddHours(-1), now, [0], CancellationToken.None)).LastBreach);
    }

    [Theory]
    [InlineData(true, 80, 0, 10)]
    [InlineData(true, 80, 90, 50)]
    [InlineData(false, 80, 0, 50)]
    public async Task It_goes_one_step_back_where_it_may_and_only_the_target_fails(bool may, int goErrors, int pythonErrors, int expected)
    {
        Cluster.GuardOptions.AutoRollback = may;
        await At(10);
        await At(50);
        await Count(new(1_000, goErrors, 1_000, pythonErrors));
        await Cluster.Guard.Evaluate();
        await Cluster.Guard.Evaluate();
        Assert.Equal(expected, Cluster.Rollout.State.GoPercentage);
        Assert.NotNull(Cluster.Rollout.State.Paused);
        Assert.Equal(expected == 10 ? 1 : 0, (await Entries()).Count(e => e.Action == GuardEntry.WentBack && e.ToPercentage == 10));
    }

    [Fact]
    public async Task A_step_back_that_failed_is_tried_again_while_the_breach_stands()
    {
        Cluster.GuardOptions.AutoRollback = true;
        await At(10);
        await At(50);
        await Count(Bad);
        Cluster.Legacy.Down = true;
        await Assert.ThrowsAsync<LegacyUnavailableException>(() => Cluster.Guard.Evaluate());
        Assert.Equal(50, Cluster.Rollout.State.GoPercentage);
        Cluster.Legacy.Heal();
        await Cluster.Guard.Evaluate();
        Assert.Equal(10, Cluster.Rollout.State.GoPercentage);
    }

    /// <summary>It had paused, and its silo was lost before it went back.</summary>
    [Fact]
    public async Task A_step_back_is_owed_also_by_the_next_activation_and_only_once()
    {
        await At(10);
        await At(50);
        await Count(Bad);
        await Cluster.Guard.Evaluate();
        Assert.NotNull(Cluster.Rollout.State.Paused);
        await Cluster.Orleans.DeactivateAsync(Cluster.Guard);
        Cluster.GuardOptions.AutoRollback = true;
        await Cluster.Guard.Evaluate();
        Assert.Equal(10, Cluster.Rollout.State.GoPercentage);
        await Cluster.Orleans.DeactivateAsync(Cluster.Guard);
        await Cluster.Guard.Evaluate();
        Assert.Equal(10, Cluster.Rollout.State.GoPercentage);
    }

    [Fact]
    public async Task What_an_operator_paused_or_moved_since_is_left_to_him()
    {
        Cluster.GuardOptions.AutoRollback = true;
        await At(10);
        await At(50);
        await Cluster.RolloutGrain.Pause(Some.Caller("a look first"));
        await Count(Bad);
        await Cluster.Guard.Evaluate();
        Assert.Equal(50, Cluster.Rollout.State.GoPercentage);
    }

    [Fact]
    public async Task A_resume_is_not_forgotten_for_all_the_pins_that_come_after_it()
    {
        await At(10);
        await Count(Bad);
        await Cluster.Guard.Evaluate();
        await Cluster.RolloutGrain.Resume(Some.Caller("looked at it"));
        await Pin(101);
        Assert.Equal(GuardVerdict.Insufficient, (await Cluster.Guard.Evaluate()).Reading.Verdict);
        Assert.Null(Cluster.Rollout.State.Paused);
    }

    /// <summary>Pins of before its pause hide the rise, and those of after it also the pause.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_goes_back_to_where_the_rise_began_however_many_pins_came_since(bool paused)
    {
        await At(10);
        await At(50);
        if (paused)
        {
            await Count(Bad);
            await Cluster.Guard.Evaluate();
            Assert.NotNull(Cluster.Rollout.State.Paused);
        }

        await Pin(101);
        Cluster.GuardOptions.AutoRollback = true;
        if (!paused) await Count(Bad);
        await Cluster.Guard.Evaluate();
        Assert.Equal(10, Cluster.Rollout.State.GoPercentage);
    }

    private async Task Pin(int count)
    {
        for (var i = 0; i < count; i++) await Cluster.RolloutGrain.Pin(new(SessionId(i), Side.Python, null, Some.Caller("a test")));
    }

    private Task At(decimal percentage) => Cluster.RolloutGrain.Split(new(percentage, Some.Caller("a test"), Force: true));

    private Task<IReadOnlyList<GuardEntry>> Entries() => Cluster.GuardEntries.Newest(100, CancellationToken.None);

    private Task Count(ChargedRequests requests)
    {
        var tally = new MigrationTally();
        tally.Charge(requests);
        return Cluster.Windows.Add(
            new WindowReporter("silo").Next(Cluster.WindowClock.GetUtcNow(), null, tally.Drain(), new(0, default, default, default, null), 10, RolloutPhase.GradualRollout, new([], [])),
            CancellationToken.None);
    }
}
