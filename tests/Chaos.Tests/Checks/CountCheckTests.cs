using GaiaOrleans.Chaos.Checks;

namespace GaiaOrleans.Chaos.Tests.Checks;

public sealed class CountCheckTests
{
    [Theory]
    [InlineData(100, true, 0)]
    [InlineData(105, true, 0)] // five were counted, and nobody waited for their answer
    [InlineData(111, true, 1)]
    [InlineData(111, false, 1)]
    [InlineData(99, true, 1)]
    [InlineData(99, false, 0)] // whoever counted them is gone
    public void No_more_is_counted_than_was_asked_and_where_nobody_is_lost_no_less_than_was_answered(long counted, bool whole, int violations) =>
        Assert.Equal(violations, CountCheck.Of(counted, asked: 110, answered: 100, whole).Count());
}
