using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Grains.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace GaiaOrleans.Cluster.Tests.Runs;

/// <summary>A run is one, works on every silo, and gives way to clients.</summary>
public sealed class RunSpreadTests : RunTestBase
{
    private const int Most = 64;

    [Fact]
    public async Task Every_silo_takes_its_share()
    {
        Seed(3_600);
        await Cluster.Migrate.Start(new());
        await Ends(Cluster.Migrate, RunState.Completed);
        var shares = Cluster.Orleans.GetActiveSilos().Select(s => s.ServiceProvider.GetRequiredService<MigrationTally>().Drain().Counts.Adopted).ToList();
        Assert.Equal(3_600, shares.Sum());
        Assert.All(shares, share => Assert.InRange(share, 400, 2_400));
    }

    [Fact]
    public async Task Of_many_who_start_it_at_once_one_does()
    {
        Seed(1_500);
        var starts = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Started()));
        Assert.Single(starts, started => started);
        Assert.Equal(1_500, (await Ends(Cluster.Migrate, RunState.Completed)).Listed);

        async Task<bool> Started()
        {
            try
            {
                await Cluster.Migrate.Start(new(RatePerSecond: 5_000));
                return true;
            }
            catch (RunActiveException)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task While_changes_of_clients_lag_it_slows_down_and_then_speeds_up_again()
    {
        // Many: after a moment in which the machine was busy a run catches up with its rate, and must not be over before it has been looked at.
        Seed(16_000);
        Cluster.Legacy.Answer("s-late", Some.Refused);
        await Cluster.Create("s-late", "{}");
        await Cluster.Migrate.Start(new(RatePerSecond: 1_000));
        await Eventually.Holds(async () => (await Cluster.Migrate.Status()).Parallel == 4, "it does as little as it may");
        await Cluster.Merge("s-late", """{"user_id":"on time"}""");
        await Eventually.Holds(async () => (await Cluster.Migrate.Status()) is { Parallel: Most, State: RunState.Running }, "it does as much as before");
        await Cluster.Migrate.Limit(null);
        Assert.Equal(16_001, (await Ends(Cluster.Migrate, RunState.Completed)).Listed);
    }

    [Fact]
    public async Task No_more_sessions_are_under_way_at_once_than_it_may_have()
    {
        Seed(100);
        await Cluster.Migrate.Start(new());
        await Ends(Cluster.Migrate, RunState.Completed);
        for (var i = 0; i < 100; i++) Cluster.Legacy.Side.Remove(SessionId(i));
        var hold = Cluster.Legacy.HoldEveryRead();
        await Cluster.Verify.Start(new());
        await Eventually.Holds(() => Cluster.Legacy.MostReading == Most, "as many as may be are asked");
        hold.Release();
        Assert.Equal(100, (await Ends(Cluster.Verify, RunState.Completed)).Mismatched);
        Assert.Equal(Most, Cluster.Legacy.MostReading);
    }

    /// <summary>It asks no session of those that are equal, so there is nothing of which it could do less at once: it waits.</summary>
    [Fact]
    public async Task A_verification_that_finds_nothing_gives_way_as_well()
    {
        var takes = TimeSpan.FromMilliseconds(20);
        Seed(4_000);
        await Cluster.Migrate.Start(new());
        await Ends(Cluster.Migrate, RunState.Completed);
        Cluster.Store.ComparedTakes = takes;
        Cluster.Legacy.Answer("s-late", Some.Refused);
        await Cluster.Create("s-late", "{}");
        await Eventually.Holds(async () => (await Cluster.Lag()).Oldest > TimeSpan.FromMilliseconds(100), "the change lags");
        await Cluster.Verify.Start(new());
        var asked = 0L;
        await Eventually.Holds(async () =>
        {
            asked = TimeProvider.System.GetTimestamp();
            return (await Cluster.Verify.Status()) is { Parallel: 4, State: RunState.Running };
        }, "it does as little as it may");
        var seen = new HashSet<long>();
        await Eventually.Holds(async () => seen.Add((await Cluster.Verify.Status()).Done) && seen.Count > 3, "three pages more");
        // Between them it waited twice at least, each time so much longer than the page took as 4 is less than it may have under way.
        Assert.True(TimeProvider.System.GetElapsedTime(asked) > 2 * (Most / 4 - 1) * takes);
        await Cluster.Merge("s-late", """{"user_id":"on time"}""");
        var run = await Ends(Cluster.Verify, RunState.Completed);
        Assert.Equal((4_001, 0), (run.Listed, run.Mismatched));
    }
}
