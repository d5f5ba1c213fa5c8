using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Tests.History;

public sealed class TimelineTests
{
    [Theory]
    [InlineData(10, -1)] // not at that very moment
    [InlineData(11, 3)]
    [InlineData(21, 3)]
    [InlineData(31, 7)]
    [InlineData(1_000, 7)]
    public void It_takes_together_all_that_was_before_a_moment(long moment, int highest) =>
        Assert.Equal(highest, new Timeline<int>([(30, 7), (10, 3), (20, 2)], Math.Max).Before(moment, -1));

    [Fact]
    public void Before_anything_there_is_nothing() => Assert.Equal(-1, new Timeline<int>([], Math.Max).Before(5, -1));
}
