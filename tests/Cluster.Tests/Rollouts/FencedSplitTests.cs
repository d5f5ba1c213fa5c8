using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Gateway;
using GaiaOrleans.Gateway.Rollouts;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Cluster.Tests.Rollouts;

public sealed class FencedSplitTests(GaiaCluster cluster) : RolloutTestBase(cluster)
{
    [Fact]
    public async Task It_returns_only_when_every_gateway_has_acknowledged()
    {
        NobodyIsSilent();
        var acknowledged = new TaskCompletionSource<long>();
        (await Gateway("gw-slow")).OnPush = _ => acknowledged.Task;
        var quick = await Gateway("gw-quick");
        var split = Split(10, force: true);
        await Eventually.Holds(() => quick.Seen.Count == 1, "the push to the other gateway");
        Assert.False(split.IsCompleted);
        acknowledged.SetResult(Row.Epoch);
        var change = await split;
        Assert.Equal((10, 2, change.State.Epoch), (change.State.GoPercentage, change.GatewaysAcknowledged, Row.FencedEpoch));
    }

    [Fact]
    public async Task A_silent_gateway_is_waited_out_until_its_lease_has_ended()
    {
        await Split(5, force: true); // the first one of a cluster takes long for reasons of its own
        (await Gateway("gw-asleep")).FallSilent();
        var awake = await Gateway("gw-awake");
        var started = TimeProvider.System.GetTimestamp();
        var change = await Split(10, force: true);
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= LeaseEnd, $"returned after {change.TookMs} ms: the silent gateway may still route by the older split");
        Assert.Equal((change.State.Epoch, change.State.Epoch), (awake.Seen[^1].Epoch, Row.FencedEpoch));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_gateway_that_fails_or_stays_behind_is_waited_out_as_well(bool fails)
    {
        await Split(5, force: true);
        (await Gateway()).OnPush = state => fails ? throw new ObjectDisposedException("gateway") : Task.FromResult(state.Epoch - 1);
        var started = TimeProvider.System.GetTimestamp();
        Assert.Equal(0, (await Split(10, force: true)).GatewaysAcknowledged);
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= LeaseEnd, "a quick failure is no proof that its lease has ended");
    }

    [Fact]
    public async Task A_gateway_that_only_the_store_knows_is_waited_out_as_well()
    {
        await Split(5, force: true);
        await Cluster.Rollout.Register(new("unheard-id", "unheard", "standalone", 1, 0), CancellationToken.None);
        var started = TimeProvider.System.GetTimestamp();
        Assert.Equal(0, (await Split(10, force: true)).GatewaysAcknowledged);
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= LeaseEnd);
    }

    [Fact]
    public async Task A_gateway_that_registers_again_meanwhile_is_asked()
    {
        await Gateway("gw-1");
        await Cluster.Orleans.DeactivateAsync(Grain); // its successor knows the gateway from the store only
        var change = DualWrite(false);
        await Eventually.Holds(() => Row.DualWrite.Closing, "the gateways are asked to hold writes");
        await Gateway("gw-1");
        Assert.False((await change).State.DualWrite.Enabled);
    }

    [Fact]
    public async Task Requests_of_the_older_epoch_have_left_a_real_gateway_when_it_returns()
    {
        NobodyIsSilent();
        var lease = new GatewayLease(TimeProvider.System, Options.Create(new GatewayOptions()), NullLogger<GatewayLease>.Instance);
        lease.Renewed(await Register(lease, "gw-real"), TimeProvider.System.GetTimestamp());
        var request = lease.Enter()!;
        var split = Split(10, force: true);
        await Eventually.Holds(() => lease.Known!.GoPercentage == 10, "the push");
        Assert.Equal(10, lease.Enter()!.State.GoPercentage);
        Assert.False(split.IsCompleted);
        request.Leave();
        Assert.Equal(1, (await split).GatewaysAcknowledged);
    }

    [Fact]
    public async Task Another_epoch_than_the_caller_saw_is_refused_and_nothing_changes()
    {
        await Split(10, force: true);
        var before = Row;
        var refused = await Assert.ThrowsAsync<EpochMismatchException>(() => Split(20, force: true, expected: before.Epoch - 1));
        Assert.Equal((before.Epoch - 1, before.Epoch), (refused.Expected, refused.Current.Epoch));
        Assert.Equal(before, Row);
        Assert.Equal(20, (await Split(20, force: true, expected: before.Epoch)).State.GoPercentage);
    }

    [Fact]
    public async Task Somebody_who_changed_the_row_first_wins()
    {
        var gateway = await Gateway();
        gateway.OnPush = async state =>
        {
            gateway.OnPush = s => Task.FromResult(s.Epoch);
            await Cluster.Put(s => s with { Paused = "another coordinator was here" });
            return state.Epoch;
        };
        await Assert.ThrowsAsync<EpochMismatchException>(() => DualWrite(false));
        Assert.Equal("another coordinator was here", Row.Paused);
    }

    [Fact]
    public async Task The_present_value_changes_nothing()
    {
        var before = Row;
        Assert.Equal(before, (await Split(before.GoPercentage)).State);
        Assert.Equal(before, Row);
    }

    [Fact]
    public async Task Gates_refuse_name_themselves_and_change_nothing()
    {
        var before = Row;
        var refused = await Assert.ThrowsAsync<BlockedException>(() => Split(10));
        Assert.Contains(refused.Blockers, b => b is { Gate: "ledger_closed", Status: GateStatus.Inconclusive });
        Assert.Equal(before, Row);
        await Assert.ThrowsAsync<ReasonRequiredException>(() => Grain.Split(new(10, Some.Caller(), Force: true)));
        Assert.True((await Split(10, force: true)).State.GoPercentage == 10);
        Assert.Equal(("split", "a test", true), (await Grain.History(1))[0] is var h ? (h.Action, h.Reason, h.Forced) : default);
    }
}
