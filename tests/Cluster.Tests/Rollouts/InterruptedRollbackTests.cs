using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;

namespace GaiaOrleans.Cluster.Tests.Rollouts;

/// <summary>The database goes away at each step of a rollback: what is in force is one whole state, and the same call goes on from there.</summary>
public sealed class InterruptedRollbackTests(GaiaCluster cluster) : RolloutTestBase(cluster)
{
    private static readonly StorageUnavailableException Gone = new("The database is gone.");

    private Task<RollbackResult> Rollback() => Rollback(drain: TimeSpan.FromSeconds(5));

    private async Task CutOver()
    {
        await Cluster.Put(s => s with { Phase = RolloutPhase.Cutover, GoPercentage = 100, DualWrite = s.DualWrite with { Enabled = false } });
        await Gateway();
    }

    [Theory]
    [InlineData("feed", false)]
    [InlineData("flip", true)]
    public async Task Before_the_flip_the_split_stays_as_it_is(string step, bool dualWrite)
    {
        await CutOver();
        Cluster.RolloutStore.OnChange = next => step == StepTo(next) ? Gone : null;
        // Once dual-write is on something has changed, however it ends.
        await Assert.ThrowsAsync(step == "feed" ? typeof(StorageUnavailableException) : typeof(ChangeUnknownException), Rollback);
        Cluster.RolloutStore.Heal();
        await Eventually.Holds(async () => !(await Grain.Get()).DualWrite.Closing, "writes flow");
        var state = await Grain.Get();
        Assert.Equal((100, false, dualWrite, state.Epoch), (state.GoPercentage, state.DualWrite.Closing, state.DualWrite.Enabled, state.FencedEpoch));
        await GoesOn();

        static string StepTo(RolloutState next) => next.GoPercentage == 0 ? "flip" : "feed";
    }

    [Fact]
    public async Task After_the_flip_was_committed_the_next_activation_finishes_its_fence()
    {
        await CutOver();
        Cluster.RolloutStore.OnFenced = _ => Row.GoPercentage == 0 ? Gone : null;
        await Assert.ThrowsAsync<ChangeUnknownException>(Rollback);
        Assert.True(Row.FencedEpoch < Row.Epoch);
        Cluster.RolloutStore.Heal();
        // Its gateway registers again with the next activation, as gateways do.
        await Gateway();
        await Eventually.Holds(async () => await Grain.Get() is { GoPercentage: 0 } s && s.FencedEpoch == s.Epoch, "the fence is finished");
        await GoesOn();
    }

    [Fact]
    public async Task While_it_drains_what_is_lacking_arrives_without_it()
    {
        await CutOver();
        var id = Some.Id();
        Cluster.Legacy.Answer(id, Some.Refused, times: 3);
        await Cluster.Create(id, """{"status":"busy"}""");
        var rollback = Rollback();
        await Eventually.Holds(() => Row is { GoPercentage: 0 } s && s.FencedEpoch == s.Epoch, "the flip");
        Assert.Equal((true, "\"busy\""), await Cluster.Session(id).Read() is var s ? (s.Pending, Some.Field(s.Body, "status")) : default);
        await Eventually.Holds(() => Cluster.Session(id).Repair(), "repair, which is nobody's rollback");
        Assert.True((await rollback).Drained);
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(id));
    }

    /// <summary>From its first commit on nothing of it ends with its caller, who has given up while the gateways heard that dual-write is on.</summary>
    [Fact]
    public async Task A_caller_that_goes_half_way_leaves_it_to_its_end()
    {
        await Cluster.Put(s => s with { Phase = RolloutPhase.Cutover, GoPercentage = 100, DualWrite = s.DualWrite with { Enabled = false } });
        using var gone = new CancellationTokenSource();
        (await Gateway()).OnPush = async state =>
        {
            if (state is { GoPercentage: 100, DualWrite.Enabled: true }) await gone.CancelAsync();
            return state.Epoch;
        };
        // However it ends for somebody who does not wait for it.
        await Task.WhenAny(Grain.Rollback(new(0, Some.Caller("a test")), gone.Token));
        await Eventually.Holds(() => Row is { GoPercentage: 0 } s && s.FencedEpoch == s.Epoch, "the flip");
    }

    private async Task GoesOn()
    {
        await Gateway();
        var result = await Rollback();
        Assert.Equal((0, true, true, RolloutPhase.DualWrite), (result.State.GoPercentage, result.Drained, result.State.DualWrite.Enabled, result.State.Phase));
        Assert.Equal(Row.Epoch, Row.FencedEpoch);
    }
}
