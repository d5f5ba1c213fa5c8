using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Rollouts;

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
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= LeaseEnd);
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

    /// <summary>The new value was stored and not brought everywhere: what one gateway wrote by it, another that goes by the old one would not show.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Held_writes_go_on_when_no_gateway_can_go_by_the_value_before(bool enabled)
    {
        await Gateway();
        await Left(s => s with { DualWrite = s.DualWrite with { Enabled = enabled, Closing = true } });
        var (turned, seen) = (Row.Epoch, new List<(string, long)>());
        Cluster.RolloutStore.OnFenced = epoch => Seen("fenced", epoch);
        Cluster.RolloutStore.OnChange = next => Seen(next.DualWrite.Closing ? "held" : "open", next.Epoch);
        await Grain.Get();
        Assert.Equal([("fenced", turned), ("open", turned + 1), ("fenced", turned + 1)], seen);
        Assert.Equal((enabled, false), (Row.DualWrite.Enabled, Row.DualWrite.Closing));

        Exception? Seen(string what, long epoch)
        {
            seen.Add((what, epoch));
            return null;
        }
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

    /// <summary>Nothing was turned: who has not heard of it goes by the same values, and writes need not be held for a lease.</summary>
    [Fact]
    public async Task Writes_that_are_held_for_nothing_go_on_at_once()
    {
        await Gateway();
        await Grain.Get();
        await Cluster.Orleans.DeactivateAsync(Grain);
        var close = RolloutRules.Close(Row, Some.Caller(), Row.UpdatedAt);
        await Cluster.Rollout.Change(close.Next, close.Entry, CancellationToken.None);
        var first = "";
        Cluster.RolloutStore.OnFenced = _ => Seen("fenced");
        Cluster.RolloutStore.OnChange = _ => Seen("opened");
        await Grain.Get();
        Assert.Equal(("opened", false, Row.Epoch), (first, Row.DualWrite.Closing, Row.FencedEpoch));

        Exception? Seen(string what)
        {
            if (first.Length == 0) first = what;
            return null;
        }
    }

    /// <summary>The activation before lives on, and is not done.</summary>
    [Fact]
    public async Task What_changes_while_it_is_finished_is_looked_at_again()
    {
        await Left(s => s with { DualWrite = s.DualWrite with { Closing = true } });
        var paused = Row with { Epoch = Row.Epoch + 1, Paused = "by another" };
        Cluster.RolloutStore.OnFenced = _ =>
        {
            if (Row.Epoch < paused.Epoch) Cluster.Write(paused);
            return null;
        };
        var state = await Grain.Get();
        Assert.Equal(("by another", false, paused.Epoch + 1, paused.Epoch + 1), (state.Paused, state.DualWrite.Closing, state.Epoch, state.FencedEpoch));
    }

    /// <summary>A frozen silo's commit succeeds when it thaws, and its successor has looked before.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_comes_to_light_later_is_finished_when_a_gateway_is_heard(bool held)
    {
        await Grain.Get();
        await Cluster.Write(Row with { Epoch = Row.Epoch + 1, GoPercentage = 10, DualWrite = Row.DualWrite with { Closing = held } });
        await Gateway();
        // It is heard again and again, and whoever is asked next is another activation; asking alone finishes nothing.
        await Eventually.Holds(async () => await Grain.Get() is { GoPercentage: 10, DualWrite.Closing: false } state && state.FencedEpoch == state.Epoch, "somebody has seen to it");
    }

    [Fact]
    public async Task What_comes_to_light_later_is_fenced_before_a_repetition_says_that_there_is_nothing_to_do()
    {
        await Split(10, force: true);
        var gateway = await Gateway();
        await Cluster.Write(Row with { Epoch = Row.Epoch + 1, GoPercentage = 20 });
        await Split(20, force: true);
        Assert.Equal((Row.Epoch, 20, Row.Epoch), (Row.FencedEpoch, Row.GoPercentage, gateway.Seen[^1].Epoch));
    }

    /// <summary>Of a switch that another change came between something was stored, and writes are held until somebody sees to it.</summary>
    [Fact]
    public async Task A_switch_that_another_change_comes_between_leaves_no_write_held()
    {
        (await Gateway()).OnPush = async state =>
        {
            if (state.DualWrite.Closing) await Cluster.Write(Row with { Epoch = Row.Epoch + 1, Paused = "by another" });
            return state.Epoch;
        };
        await Assert.ThrowsAsync<EpochMismatchException>(() => DualWrite(false));
        await Eventually.Holds(async () => await Grain.Get() is { DualWrite.Closing: false } state && state.FencedEpoch == state.Epoch, "writes go on");
        Assert.Equal((true, "by another"), (Row.DualWrite.Enabled, Row.Paused));
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
