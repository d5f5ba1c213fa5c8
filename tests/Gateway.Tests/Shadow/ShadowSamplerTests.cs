using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Shadow;

namespace GaiaOrleans.Gateway.Tests.Shadow;

public sealed class ShadowSamplerTests
{
    private const int Draws = 100_000;

    private static int Taken(GatewayOptions options, Side side, bool behind = false, Sampled what = Sampled.Yes)
    {
        var random = new Random(7);
        var sampler = new ShadowSampler(options, random.NextDouble);
        return Enumerable.Range(0, Draws).Count(_ => sampler.Take(side, behind) == what);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, Draws, Draws)]
    [InlineData(0.25, 24_500, 25_500)]
    [InlineData(0.001, 60, 140)]
    public void The_rate_is_the_share_of_reads_that_is_taken(double rate, int atLeast, int atMost)
    {
        Assert.InRange(Taken(new() { ShadowRate = rate }, Side.Go), atLeast, atMost);
        Assert.InRange(Taken(new() { ShadowRate = rate }, Side.Python), atLeast, atMost);
    }

    [Fact]
    public void A_side_may_have_a_rate_of_its_own()
    {
        var options = new GatewayOptions { ShadowRate = 1, ShadowRates = new() { Go = 0 } };
        Assert.Equal((0, Draws), (Taken(options, Side.Go), Taken(options, Side.Python)));
        options = new() { ShadowRates = new() { Python = 0.5 } };
        Assert.Equal(0, Taken(options, Side.Go));
        Assert.InRange(Taken(options, Side.Python), 49_000, 51_000);
    }

    [Theory]
    [InlineData(0.0, false)]
    [InlineData(0.01, true)]
    public void Without_any_rate_there_is_nothing_to_do(double python, bool any) =>
        Assert.Equal(any, new ShadowSampler(new() { ShadowRates = new() { Python = python } }, () => 0).Any);

    [Fact]
    public void Behind_it_takes_a_tenth_and_says_how_many_it_left()
    {
        var options = new GatewayOptions { ShadowRate = 0.5 };
        Assert.InRange(Taken(options, Side.Go, behind: true), 4_500, 5_500);
        Assert.InRange(Taken(options, Side.Go, behind: true, what: Sampled.Dropped), 44_000, 46_000);
    }
}
