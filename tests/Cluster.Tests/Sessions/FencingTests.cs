using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using Orleans.Storage;

namespace GaiaOrleans.Cluster.Tests.Sessions;

/// <summary>Two activations of one session, and requests from an older past: the store decides, once.</summary>
public sealed class FencingTests(GaiaCluster cluster) : SessionTestBase(cluster)
{
    [Fact]
    public async Task The_second_activation_to_commit_loses_and_reloads()
    {
        await Cluster.Create(Id, """{"status":"idle"}""");
        await CommitBehindItsBack("""{"status":"paused"}""", lease: null);
        await Assert.ThrowsAsync<InconsistentStateException>(() => Cluster.Merge(Id, """{"current_task_count":1}"""));
        var outcome = await Cluster.Merge(Id, """{"current_task_count":2}""");
        Assert.Equal((3, "\"paused\"", "2"), (outcome.Version, Some.Field(outcome.Body, "status"), Some.Field(outcome.Body, "current_task_count")));
        Assert.Equal(("\"paused\"", "\"paused\""), await Cluster.Both(Id));
        Assert.False((await Cluster.Row(Id)).Pending);
    }

    [Fact]
    public async Task The_loser_sends_nothing()
    {
        await Cluster.Create(Id, "{}");
        await CommitBehindItsBack("""{"status":"paused"}""", lease: null);
        await Assert.ThrowsAsync<InconsistentStateException>(() => Cluster.Delete(Id));
        Assert.Single(Cluster.Legacy.Sent(Id));
        Assert.NotNull(Cluster.Legacy.Side.Peek(Id));
    }

    [Fact]
    public async Task A_request_of_somebody_else_that_may_be_in_flight_is_waited_for()
    {
        await Cluster.Create(Id, "{}");
        await Cluster.Forget(Id);
        var started = TimeProvider.System.GetTimestamp();
        await CommitBehindItsBack("""{"status":"paused"}""", TimeSpan.FromMilliseconds(700));
        Assert.True(await Cluster.Session(Id).Repair());
        Assert.True(TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromMilliseconds(600), "sent while another's request may still be on its way");
        Assert.Equal(("\"paused\"", "\"paused\""), await Cluster.Both(Id));
    }

    [Fact]
    public async Task A_client_does_not_wait_for_it_when_its_own_change_is_safe()
    {
        await Cluster.Create(Id, "{}");
        await Cluster.Forget(Id);
        await CommitBehindItsBack("""{"status":"paused"}""", TimeSpan.FromSeconds(6));
        var changed = await Cluster.Merge(Id, """{"status":"busy"}""");
        Assert.Equal((DualWriteOutcome.Partial, 1), (changed.DualWrite, Cluster.Legacy.Sent(Id).Count));
        Assert.True(await Cluster.Session(Id).Repair());
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
    }

    [Fact]
    public async Task A_change_routed_by_an_older_epoch_is_refused()
    {
        var before = Cluster.Rollout.State.Epoch;
        await Cluster.Put(s => s with { GoPercentage = 10 });
        var stale = await Assert.ThrowsAsync<StaleEpochException>(() => Cluster.Write(Id, ChangeKind.Create, "{}", epoch: before));
        Assert.Equal((before, before + 1), (stale.Sent, stale.Current));
        Assert.Equal((0, 0), (Cluster.Store.Commits(Id), Cluster.Legacy.Sent(Id).Count));
    }

    [Fact]
    public async Task A_change_routed_by_a_newer_epoch_makes_the_silo_look()
    {
        var state = Cluster.Rollout.State;
        await Cluster.Write(state with { Epoch = state.Epoch + 1, DualWrite = state.DualWrite with { Mode = DualWriteMode.PythonLeads } });
        Assert.Equal(Side.Python, (await Cluster.Create(Id, "{}")).Lead);
    }

    [Fact]
    public async Task While_dual_write_is_being_switched_nothing_is_written()
    {
        await Cluster.Put(s => s with { DualWrite = s.DualWrite with { Closing = true } });
        await Assert.ThrowsAsync<ClosingException>(() => Cluster.Create(Id, "{}"));
        Assert.Equal(0, Cluster.Store.Commits(Id));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_decided_under_terms_that_are_gone_is_not_stored(bool generation)
    {
        await Cluster.Create(Id, """{"status":"idle"}""");
        var hold = Cluster.Legacy.HoldReads(Id);
        await Cluster.Put(s => s with { Generation = s.Generation + 1 });
        var write = Cluster.Merge(Id, """{"status":"busy"}""");
        await Eventually.Comes(hold.Arrived, "the adoption that precedes the change");
        await Cluster.Put(s => generation ? s with { Generation = s.Generation + 1 } : s with { Incarnation = s.Incarnation + 1 });
        hold.Release();
        await Assert.ThrowsAsync<StaleEpochException>(() => write);
        Assert.Equal((1, 1), (Cluster.Store.Commits(Id), Cluster.Legacy.Sent(Id).Count));
    }
}
