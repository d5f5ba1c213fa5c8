using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Rollouts;

namespace GaiaOrleans.Gateway.Tests.Rollouts;

public sealed class PinTests
{
    private static RolloutState Pinned(decimal percentage, int others = 0) => Some.Rollout(percentage: percentage) with
    {
        Pins = new([Pin("to-go", Side.Go), Pin("to-python", Side.Python), .. Enumerable.Range(0, others).Select(i => Pin($"other-{i}", Side.Go))]),
    };

    private static Pin Pin(string id, Side side) => new(id, side, null, "why", "tester", Some.Now);

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    [InlineData(100)]
    public void A_pin_goes_before_the_split(int percentage)
    {
        var state = Pinned(percentage);
        Assert.Equal((Side.Go, Side.Python), (SplitRule.SideOf("to-go", state), SplitRule.SideOf("to-python", state)));
        Assert.Equal(SplitRule.SideOf("neither", Some.Rollout(percentage: percentage)), SplitRule.SideOf("neither", state));
    }

    [Fact]
    public void Deciding_among_a_thousand_pins_allocates_nothing()
    {
        var state = Pinned(50, others: 998);
        Decide();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Decide();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Decide()
        {
            for (var i = 0; i < 1_000; i++)
            {
                SplitRule.SideOf("other-7", state);
                SplitRule.SideOf("not-pinned", state);
            }
        }
    }
}
