using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Cluster.Tests.Rollouts;

public sealed class PinTests(GaiaCluster cluster) : RolloutTestBase(cluster)
{
    private Task<RolloutChange> Pin(string id, Side side, TimeSpan? within = null) =>
        Grain.Pin(new(id, side, within is { } w ? TimeProvider.System.GetUtcNow() + w : null, Some.Caller("a test")));

    [Fact]
    public async Task It_is_in_force_at_every_gateway_when_the_call_returns()
    {
        NobodyIsSilent();
        var gateway = await Gateway();
        var id = Some.Id();
        var change = await Pin(id, Side.Go);
        Assert.Equal((1, change.State.Epoch), (change.GatewaysAcknowledged, Row.FencedEpoch));
        Assert.Equal(Side.Go, gateway.Seen[^1].Pins.Of(id)!.Side);
        await Grain.Unpin(id, Some.Caller());
        Assert.Null(gateway.Seen[^1].Pins.Of(id));
        Assert.Equal(["unpin", "pin"], (await Grain.History(2)).Select(h => h.Action));
    }

    [Fact]
    public async Task The_rollout_ends_it_through_the_fence()
    {
        var gateway = await Gateway();
        var (first, second) = (Some.Id(), Some.Id());
        await Pin(second, Side.Python, TimeSpan.FromHours(1));
        await Pin(first, Side.Go, TimeSpan.FromSeconds(3));
        await Eventually.Holds(() => Row.Pins.Of(first) is null && Row.FencedEpoch == Row.Epoch, "its time is over");
        Assert.Equal((false, true), (gateway.Seen[^1].Pins.Of(first) is not null, gateway.Seen[^1].Pins.Of(second) is not null));
        Assert.Equal(("unpin", "system"), (await Grain.History(1))[0] is var h ? (h.Action, h.Actor) : default);
        await Grain.Unpin(second, Some.Caller());
    }

    [Fact]
    public async Task One_that_ended_while_nobody_coordinated_ends_with_the_next_activation()
    {
        var id = Some.Id();
        await Cluster.Put(s => s with { Pins = s.Pins.With(new(id, Side.Go, s.UpdatedAt.AddHours(-1), "a test", "tester", s.UpdatedAt.AddHours(-2))) });
        await Cluster.Orleans.DeactivateAsync(Grain);
        await Grain.Get();
        await Eventually.Holds(() => Row.Pins.Of(id) is null, "the next activation ends it");
    }

    [Fact]
    public async Task Of_many_at_once_none_is_lost()
    {
        var ids = Enumerable.Range(0, 10).Select(_ => Some.Id()).ToList();
        await Task.WhenAll(ids.Select(id => Pin(id, Side.Go)));
        Assert.All(ids, id => Assert.NotNull(Row.Pins.Of(id)));
        foreach (var id in ids) await Grain.Unpin(id, Some.Caller());
    }
}
