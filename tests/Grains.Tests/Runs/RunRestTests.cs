using GaiaOrleans.Grains.Runs;

namespace GaiaOrleans.Grains.Tests.Runs;

public sealed class RunRestTests
{
    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    [Theory]
    [InlineData(100, 100, 0.4, 0, 0.6)] // ahead of its rate
    [InlineData(100, 100, 1.4, 0, 0)] // behind it, and catches up
    [InlineData(100, 100, 0.4, 0.2, 0.6)] // what the rate asks for is rest enough for others
    [InlineData(100, 100, 0.4, 2, 2)]
    [InlineData(100, null, 0.4, 0.3, 0.3)]
    [InlineData(100, null, 0.4, 0, 0)]
    public void It_rests_as_long_as_its_rate_or_others_ask_for_whichever_is_longer(long looked, int? limit, double elapsed, double yields, double rest) =>
        Assert.Equal(Seconds(rest), RunRest.None.After(looked, limit, Seconds(elapsed), Seconds(yields)).Length);

    [Fact]
    public void What_it_did_not_do_for_others_sake_is_not_caught_up()
    {
        // A hundred in a second are a second's; two more seconds were for others.
        var rest = RunRest.None.After(100, 100, Seconds(1), Seconds(2));
        Assert.Equal(Seconds(2), rest.Length);
        Assert.Equal(Seconds(0.9), rest.After(200, 100, Seconds(3.1), TimeSpan.Zero).Length);
        // What its own rate would have asked for counts as such: of three seconds only two were for others.
        Assert.Equal(Seconds(2), RunRest.None.After(200, 100, Seconds(1), Seconds(3)).Yielded);
    }
}
