using GaiaOrleans.Contracts.Gateways;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Rollouts;

namespace GaiaOrleans.Grains.Tests.Rollouts;

public sealed class GatewayTests
{
    private static readonly TimeSpan LeaseEnd = TimeSpan.FromMilliseconds(2_250);

    [Theory]
    [InlineData(0)]
    [InlineData(1_999)]
    [InlineData(2_250)]
    public void One_that_may_still_hold_a_lease_is_not_taken_out(double age)
    {
        var blocker = Assert.Single(Assert.Throws<BlockedException>(() => GatewayRules.CheckGone(Registered(age), LeaseEnd)).Blockers);
        Assert.Equal(("gateway_gone", "not heard of for 2250 ms: stop it first"), (blocker.Gate, blocker.Required));
        Assert.StartsWith($"gw-1 registered {age:0} ms ago", blocker.Observed, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_is_silent_for_longer_is() => Assert.Null(Record.Exception(() => GatewayRules.CheckGone(Registered(2_251), LeaseEnd)));

    private static GatewayView Registered(double age) => new("gw-1-id", "gw-1", "standalone", 7, 0, Some.Now, Reachable: true, LeaseAgeMs: age);
}
