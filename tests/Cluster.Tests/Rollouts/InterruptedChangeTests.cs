using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Rollouts;

namespace GaiaOrleans.Cluster.Tests.Rollouts;

/// <summary>What a coordinator left behind when it died in the middle of a change.</summary>
public sealed class InterruptedChangeTests(GaiaCluster cluster) : RolloutTestBase(cluster)
{
    private async Task Left(Func<RolloutState, RolloutState> half)
    {
        await Grain.Get();
        await Cluster.Orleans.DeactivateAsync(Grain);
        var state = Row;
        await Cluster.Write(half(state) with { Epoch = state.Epoch + 1, FencedEpoch = state.FencedEpoch });
    }

    [Fact]
    public async Task An_unfinished_fence_is_finished_before_anything_is_promised()
    {
        await Left(s => s with { GoPercentage = 10, Phase = RolloutPhase.GradualRollout });
        Assert.True(Row.FencedEpoch < Row.Epoch);
        var state = await Grain.Get();
        Assert.Equal((10, state.Epoch), (state.GoPercentage, state.FencedEpoch));
    }

    [Fact]
    public async Task An_unfinished_fence_waits_until_no_lease_of_the_older_epoch_can_hold()
    {
        await Gateway();
        await Left(s => s with { GoPercentage = 10, Phase = RolloutPhase.GradualRollout });
        var started = TimeProvider.System.GetTimestamp();
        await Grain.Get();
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= GaiaCluster.Lease + GaiaCluster.Margin);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Closing_that_was_left_set_is_taken_back(bool enabled)
    {
        await Left(s => s with { DualWrite = s.DualWrite with { Enabled = enabled, Closing = true } });
        var state = await Grain.Get();
        Assert.Equal((enabled, false, state.Epoch), (state.DualWrite.Enabled, state.DualWrite.Closing, state.FencedEpoch));
        Assert.Equal(("dual_write_kept", "system"), (await Grain.History(1))[0] is var h ? (h.Action, h.Actor) : default);
    }

    [Fact]
    public async Task A_finished_change_is_left_alone()
    {
        var before = Row;
        await Grain.Get();
        await Cluster.Orleans.DeactivateAsync(Grain);
        Assert.Equal(before, await Grain.Get());
    }
}
