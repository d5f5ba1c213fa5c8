using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Cluster.Tests.Sessions;

public sealed class LeaderAcknowledgementTests(GaiaCluster cluster) : SessionTestBase(cluster, ack: AckPolicy.Leader)
{
    private (long Both, long One, long None) _counted;

    [Fact]
    public async Task The_answer_does_not_wait_for_legacy_and_the_last_state_reaches_it()
    {
        LeasesAreLong();
        var hold = Cluster.Legacy.HoldSends(Id);
        Assert.Equal((201, DualWriteOutcome.Pending), await Cluster.Create(Id, """{"current_task_count":0}""") is var o ? (o.Status, o.DualWrite) : default);
        await Eventually.Comes(hold.Arrived, "the first send");
        for (var i = 1; i <= 50; i++) Assert.Equal((200, DualWriteOutcome.Pending), await Cluster.Merge(Id, $$"""{"current_task_count":{{i}}}""") is var m ? (m.Status, m.DualWrite) : default);
        Assert.True((await Cluster.Session(Id).Read()).Pending);
        Assert.Equal(("50", null), await Cluster.Both(Id, "current_task_count"));
        hold.Release();
        await Eventually.Holds(async () => (await Cluster.Row(Id)).InSync, "legacy has the last state");
        Assert.Equal(("50", "50"), await Cluster.Both(Id, "current_task_count"));
        Assert.Equal(2, Cluster.Legacy.Sent(Id).Count);
    }

    /// <summary>The gates and the alert of the success rate go by this.</summary>
    [Fact]
    public async Task It_is_counted_by_what_its_first_attempt_comes_to()
    {
        LeasesAreLong();
        Counted();
        _counted = default;
        var first = Cluster.Legacy.HoldSends(Id);
        await Cluster.Create(Id, """{"status":"idle"}""");
        await Eventually.Comes(first.Arrived, "the first send");
        await Cluster.Merge(Id, """{"status":"busy"}""");
        Assert.Equal((0, 0, 0), Counted());
        var second = Cluster.Legacy.HoldSends(Id);
        first.Release();
        await Eventually.Comes(second.Arrived, "the second send");
        Assert.Equal((1, 0, 0), Counted());
        second.Release();
        await Eventually.Holds(() => Task.FromResult(Counted() == (2, 0, 0)), "dual writes that reached both");
        Cluster.Legacy.Down = true;
        await Cluster.Merge(Id, """{"status":"paused"}""");
        await Eventually.Holds(() => Task.FromResult(Counted() == (2, 1, 0)), "one that reached one side");
        Cluster.Legacy.Down = false;
        Assert.True(await Cluster.Session(Id).Repair());
        Assert.Equal((2, 1, 0), Counted());
    }

    [Fact]
    public async Task An_activation_does_not_end_while_its_request_is_in_flight()
    {
        var hold = Cluster.Legacy.HoldSends(Id);
        await Cluster.Create(Id, """{"status":"idle"}""");
        await Eventually.Comes(hold.Arrived, "the send");
        var forgotten = Cluster.Forget(Id);
        // As much as would let it end many times over.
        for (var n = 0; n < 100; n++) await Cluster.Create($"other-{n}", "{}");
        Assert.False(forgotten.IsCompleted);
        hold.Release();
        await Eventually.Comes(forgotten, "the end of the activation");
        Assert.True((await Cluster.Row(Id)).InSync);
    }

    /// <summary>Dual writes since <see cref="_counted"/> was nothing.</summary>
    private (long Both, long One, long None) Counted()
    {
        var (both, one, none) = Cluster.Counted();
        return _counted = (_counted.Both + both, _counted.One + one, _counted.None + none);
    }

    /// <summary>Its silo may have stood still meanwhile, and whoever has the session now may have sent something newer.</summary>
    [Fact]
    public async Task What_has_waited_until_its_lease_ran_out_is_left_to_repair()
    {
        var usual = Cluster.SessionOptions.SendWithin;
        var first = Cluster.Legacy.HoldSends(Id);
        await Cluster.Create(Id, """{"status":"idle"}""");
        await Eventually.Comes(first.Arrived, "the first send");
        await Cluster.Merge(Id, """{"status":"busy"}""");
        try
        {
            Cluster.SessionOptions.SendWithin = -2 * Cluster.SessionOptions.SendLease;
            first.Release();
            Assert.False(await Cluster.Session(Id).Repair());
            Assert.Equal(("\"busy\"", "\"idle\""), await Cluster.Both(Id));
            Assert.Single(Cluster.Legacy.Sent(Id));
        }
        finally
        {
            Cluster.SessionOptions.SendWithin = usual;
        }

        Assert.True(await Cluster.Session(Id).Repair());
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
    }

    [Fact]
    public async Task The_lease_of_a_later_change_outlives_the_answer_to_an_earlier_one()
    {
        LeasesAreLong();
        var first = Cluster.Legacy.HoldSends(Id);
        await Cluster.Create(Id, """{"status":"idle"}""");
        await Eventually.Comes(first.Arrived, "the first send");
        await Cluster.Merge(Id, """{"status":"busy"}""");
        var second = Cluster.Legacy.HoldSends(Id);
        first.Release();
        await Eventually.Comes(second.Arrived, "the second send");
        Assert.True((await Cluster.Rows.Load(Id, CancellationToken.None)).LeaseLeft > TimeSpan.Zero, "in flight, and the store says that nothing is");
        second.Release();
        await Eventually.Holds(async () => (await Cluster.Row(Id)).InSync, "legacy has the last state");
    }
}
