using GaiaOrleans.Grains.Runs;

namespace GaiaOrleans.Grains.Tests.Runs;

public sealed class RunPaceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(100);

    [Fact]
    public void It_starts_at_the_most_and_stays_there_while_nobody_suffers()
    {
        var pace = RunPace.Starting(256);
        for (var i = 0; i < 20; i++) pace = pace.After(80 + i, TimeSpan.Zero, Limit);
        Assert.Equal(256, pace.Parallel);
    }

    [Fact]
    public void Lag_of_clients_changes_halves_it_down_to_the_least()
    {
        var pace = RunPace.Starting(256).After(80, TimeSpan.FromMilliseconds(101), Limit);
        Assert.Equal(128, pace.Parallel);
        for (var i = 0; i < 20; i++) pace = pace.After(80, TimeSpan.FromSeconds(1), Limit);
        Assert.Equal(RunPace.Least, pace.Parallel);
    }

    [Fact]
    public void Calls_that_grow_slow_halve_it_and_quick_ones_are_never_slow()
    {
        var pace = RunPace.Starting(64).After(64, TimeSpan.Zero, Limit);
        Assert.Equal(32, pace.After(200, TimeSpan.Zero, Limit).Parallel);
        Assert.Equal(64, pace.After(150, TimeSpan.Zero, Limit).Parallel);
        Assert.Equal(64, RunPace.Starting(64).After(5, TimeSpan.Zero, Limit).After(45, TimeSpan.Zero, Limit).Parallel);
    }

    [Fact]
    public void It_rises_again_little_by_little_when_the_trouble_is_over()
    {
        var pace = RunPace.Starting(64).After(64, TimeSpan.FromSeconds(9), Limit).After(32, TimeSpan.FromSeconds(9), Limit);
        Assert.Equal(16, pace.Parallel);
        var steps = 0;
        for (; pace.Parallel < 64; steps++) pace = pace.After(pace.Parallel, TimeSpan.Zero, Limit);
        Assert.Equal(12, steps);
        Assert.Equal(64, pace.After(64, TimeSpan.Zero, Limit).Parallel);
    }

    [Fact]
    public void A_page_without_calls_says_nothing() => Assert.Equal(64, RunPace.Starting(64).After(null, TimeSpan.Zero, Limit).Parallel);
}
