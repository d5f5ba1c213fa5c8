using GaiaOrleans.Grains.Gates;

namespace GaiaOrleans.Grains.Tests.Gates;

public sealed class VerdictTextTests
{
    [Theory]
    [InlineData(0.97, "0.9 s")]
    [InlineData(1, "1 s")]
    [InlineData(7_199, "119.9 min")]
    [InlineData(172_799, "47.9 h")]
    [InlineData(601_344, "6.9 days")]
    public void What_is_still_short_does_not_read_as_if_it_were_enough(double seconds, string text) => Assert.Equal(text, Verdict.Text(TimeSpan.FromSeconds(seconds)));
}
