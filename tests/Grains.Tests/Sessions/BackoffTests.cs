using CsCheck;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Sessions;

public sealed class BackoffTests
{
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 1)]
    [InlineData(5, 16)]
    [InlineData(6, 30)]
    [InlineData(int.MaxValue, 30)]
    public void It_doubles_up_to_thirty_seconds(int attempts, double seconds)
    {
        Assert.Equal(seconds / 2, SessionRules.Backoff(attempts, 0).TotalSeconds, 6);
        Assert.Equal(seconds, SessionRules.Backoff(attempts, 1).TotalSeconds, 6);
    }

    [Fact]
    public void It_never_leaves_its_bounds_and_never_shrinks() =>
        Gen.Select(Gen.Int[0, int.MaxValue - 1], Gen.Double[0, 1]).Sample((attempts, jitter) =>
            SessionRules.Backoff(attempts, jitter).TotalSeconds is >= 0.25 and <= 30 && SessionRules.Backoff(attempts + 1, jitter) >= SessionRules.Backoff(attempts, jitter));
}
