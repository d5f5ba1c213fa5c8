using GaiaOrleans.Grains.Telemetry;

namespace GaiaOrleans.Grains.Tests.Telemetry;

public sealed class CountPaceTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(50, 5_000)]
    [InlineData(51, 5_100)]
    [InlineData(600, 60_000)]
    [InlineData(3_001, 300_000)]
    public void A_count_costs_a_hundredth_of_the_time_and_is_five_minutes_old_at_most(int tookMs, int everyMs) =>
        Assert.Equal(TimeSpan.FromMilliseconds(everyMs), CountPace.After(TimeSpan.FromMilliseconds(tookMs)));
}
