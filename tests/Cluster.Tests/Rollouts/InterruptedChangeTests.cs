using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Problems;
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

    /// <summary>The row was changed, and the connection lost before the database had said so.</summary>
    [Fact]
    public async Task A_split_whose_storing_was_not_answered_is_fenced_before_a_repetition_says_that_there_is_nothing_to_do()
    {
        var gateway = await Gateway();
        Once(s => s.GoPercentage == 10);
        await Assert.ThrowsAsync<ChangeUnknownException>(() => Split(10, force: true));
        await Split(10, force: true);
        Assert.Equal(Row.Epoch, Row.FencedEpoch);
        Assert.True(gateway.Seen.Count == 0 || gateway.Seen[^1].Epoch == Row.Epoch);
    }

    [Fact]
    public async Task A_split_that_is_stored_and_not_fenced_is_not_said_to_have_changed_nothing()
    {
        await Gateway();
        Cluster.RolloutStore.OnFenced = _ => new StorageUnavailableException("gone");
        await Assert.ThrowsAsync<ChangeUnknownException>(() => Split(10, force: true));
        Assert.Equal(10, Row.GoPercentage);
        Cluster.RolloutStore.Heal();
        await Grain.Get();
        Assert.Equal(Row.Epoch, Row.FencedEpoch);
    }

    [Fact]
    public async Task Who_asks_for_something_else_meanwhile_has_changed_nothing()
    {
        await Left(s => s with { GoPercentage = 10, Phase = RolloutPhase.GradualRollout });
        Cluster.RolloutStore.OnFenced = _ => new ChangeUnknownException("gone");
        await Assert.ThrowsAsync<StorageUnavailableException>(() => Grain.Get());
        Cluster.RolloutStore.Heal();
        Assert.Equal(10, (await Grain.Get()).GoPercentage);
    }

    [Fact]
    public async Task A_switch_whose_note_could_not_be_kept_is_not_said_to_have_changed_nothing()
    {
        await DualWrite(false);
        Cluster.RolloutStore.OnRead = () => Row.DualWrite is { Enabled: true, Closing: false } && Row.FencedEpoch == Row.Epoch ? new StorageUnavailableException("gone") : null;
        await Assert.ThrowsAsync<ChangeUnknownException>(() => Grain.SetDualWrite(new(true, null, null, Some.Caller(), ConflictStrategy.GoLeads)));
        Cluster.RolloutStore.Heal();
        Assert.True(Row.DualWrite.Enabled);
    }

    [Fact]
    public async Task A_split_that_could_not_be_stored_has_changed_nothing()
    {
        var before = Row;
        Cluster.RolloutStore.OnChange = _ => new StorageUnavailableException("gone");
        await Assert.ThrowsAsync<StorageUnavailableException>(() => Split(10, force: true));
        Cluster.RolloutStore.Heal();
        await Grain.Get();
        Assert.Equal(before, Row);
    }

    [Fact]
    public async Task A_closing_whose_storing_was_not_answered_does_not_stay()
    {
        Once(s => s.DualWrite.Closing);
        await Assert.ThrowsAsync<ChangeUnknownException>(() => DualWrite(false));
        Assert.False((await Grain.Get()).DualWrite.Closing);
    }

    private void Once(Func<RolloutState, bool> which)
    {
        var lost = false;
        Cluster.RolloutStore.OnStored = next => !lost && which(next) && (lost = true) ? new ChangeUnknownException("gone") : null;
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
