using GaiaOrleans.Grains.Runs;

namespace GaiaOrleans.Grains.Tests.Runs;

public sealed class RunPaceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(100);

    [Fact]
    public void It_starts_at_the_most_and_stays_there_while_nobody_suffers()
    {
        var pace = RunPace.Starting(256);
        for (var i = 0; i < 20; i++) pace = After(pace, 80 + i);
        Assert.Equal(256, pace.Parallel);
    }

    [Fact]
    public void Lag_of_clients_changes_halves_it_down_to_the_least()
    {
        var pace = After(RunPace.Starting(256), 80, lag: 0.101);
        Assert.Equal(128, pace.Parallel);
        for (var i = 0; i < 20; i++) pace = After(pace, 80, lag: 1);
        Assert.Equal(RunPace.Least, pace.Parallel);
    }

    [Fact]
    public void Calls_that_grow_slow_halve_it_and_quick_ones_are_never_slow()
    {
        var pace = After(RunPace.Starting(64), 64);
        Assert.Equal(32, Twice(pace, 200).Parallel);
        Assert.Equal(64, Twice(pace, 150).Parallel);
        Assert.Equal(64, After(After(RunPace.Starting(64), 5), 45).Parallel);
    }

    [Fact]
    public void So_do_pages_of_legacys_list()
    {
        var pace = After(RunPace.Starting(64), null, list: 40);
        Assert.Equal(32, Twice(pace, null, list: 130).Parallel);
        Assert.Equal(64, Twice(pace, null, list: 110).Parallel);
        Assert.Equal(64, After(After(RunPace.Starting(64), null, list: 5), null, list: 45).Parallel);
    }

    /// <summary>Where calls wait for each other, fewer at once take less time.</summary>
    [Fact]
    public void It_rises_again_little_by_little_when_the_trouble_is_over()
    {
        var pace = After(After(RunPace.Starting(64), 64, lag: 9), 32, lag: 9);
        Assert.Equal(16, pace.Parallel);
        var steps = 0;
        for (; pace.Parallel < 64; steps++) pace = After(pace, pace.Parallel);
        Assert.Equal(12, steps);
        Assert.Equal(64, After(pace, 64).Parallel);
    }

    /// <summary>A side may take as long for one as for many, and that is not its being slow.</summary>
    [Fact]
    public void It_rises_again_also_where_fewer_at_once_are_not_quicker()
    {
        var pace = After(After(After(RunPace.Starting(256), 160), 160, lag: 9), 160, lag: 9);
        Assert.Equal(64, pace.Parallel);
        for (var i = 0; i < 12; i++) pace = After(pace, 160);
        Assert.Equal(256, pace.Parallel);
        Assert.Equal(128, Twice(pace, 700).Parallel);
    }

    [Fact]
    public void One_slow_page_is_nobodys_need()
    {
        var pace = After(RunPace.Starting(64), 64);
        for (var i = 0; i < 20; i++) pace = After(After(pace, 900), 64);
        Assert.Equal(64, pace.Parallel);
        Assert.Equal(16, After(Twice(pace, 900), 900).Parallel);
    }

    [Fact]
    public void A_page_with_one_call_does_not_say_how_quick_many_are()
    {
        var pace = RunPace.Starting(64).After(new() { CallsP95Ms = 4, Calls = 1 }, TimeSpan.Zero, TimeSpan.Zero, Limit);
        Assert.Equal(64, After(pace, 90).Parallel);
    }

    [Fact]
    public void Rows_that_are_looked_at_together_count_each_whatever_their_number()
    {
        var pace = Rows(Rows(RunPace.Starting(64), each: 2, longest: 2), each: 0.03, longest: 8);
        Assert.Equal(64, Rows(pace, each: 0.04, longest: 80).Parallel);
        Assert.Equal(64, Rows(pace, each: 2, longest: 2).Parallel);
        Assert.Equal(32, Rows(Rows(pace, each: 0.2, longest: 51), each: 0.2, longest: 51).Parallel);

        static RunPace Rows(RunPace pace, double each, double longest) => pace.After(new() { RowMs = each, RowsLongestMs = longest }, TimeSpan.Zero, TimeSpan.Zero, Limit);
    }

    [Fact]
    public void Unlike_things_are_not_told_by_each_other()
    {
        var pace = RunPace.Starting(64).After(new() { RowMs = 0.02, RowsLongestMs = 5, ListMs = 4 }, TimeSpan.Zero, TimeSpan.Zero, Limit);
        Assert.Equal(64, pace.After(new() { CallsP95Ms = 70, Calls = 1, RowMs = 0.02, RowsLongestMs = 5, ListMs = 4 }, TimeSpan.Zero, TimeSpan.Zero, Limit).Parallel);
    }

    /// <summary>Pages that are counted off take longer the further on they are.</summary>
    [Fact]
    public void What_a_side_could_do_once_holds_nobody_back_for_good()
    {
        var pace = After(RunPace.Starting(64), null, list: 40);
        for (var i = 0; i < 100; i++) pace = After(pace, null, list: 200);
        Assert.Equal(64, pace.Parallel);
    }

    /// <summary>What comes after a rest is slow for that: it has to be fetched again.</summary>
    [Fact]
    public void And_not_for_long_where_a_run_rests_between_its_pages()
    {
        var pace = After(RunPace.Starting(64), null, list: 40);
        var (least, took, page) = (64, TimeSpan.Zero, TimeSpan.FromMilliseconds(200));
        while (pace.Parallel < 64 || least == 64)
        {
            var rest = pace.RestAfter(page);
            pace = pace.After(new() { ListMs = page.TotalMilliseconds }, rest, TimeSpan.Zero, Limit);
            (least, took) = (Math.Min(least, pace.Parallel), took + page + rest);
        }

        Assert.Equal(RunPace.Least, least);
        Assert.InRange(took, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(90));
    }

    [Fact]
    public void A_page_without_calls_says_nothing()
    {
        var pace = After(After(RunPace.Starting(64), 64), 900);
        Assert.Same(pace, After(pace, null));
        Assert.Equal(32, After(After(pace, null), 900).Parallel);
        Assert.Equal(32, After(pace, null, lag: 9).Parallel);
    }

    /// <summary>What takes long by itself is told by itself too.</summary>
    [Fact]
    public void Long_pages_that_grow_longer_are_slow_as_well()
    {
        var pace = After(RunPace.Starting(64), null, list: 2_000);
        Assert.Equal(32, Twice(pace, null, list: 10_000).Parallel);
    }

    [Theory]
    [InlineData(256, 0)]
    [InlineData(128, 20)]
    [InlineData(64, 60)]
    [InlineData(4, 1_260)]
    public void What_is_not_split_into_calls_waits_instead(int parallel, double rest) =>
        Assert.Equal(rest, new RunPace(256, parallel).RestAfter(TimeSpan.FromMilliseconds(20)).TotalMilliseconds);

    [Fact]
    public void And_goes_on_however_little() => Assert.Equal(TimeSpan.FromSeconds(5), new RunPace(256, 4).RestAfter(TimeSpan.FromSeconds(1)));

    private static RunPace After(RunPace pace, double? p95, double lag = 0, double? list = null) =>
        pace.After(new() { CallsP95Ms = p95, Calls = p95 is null ? 0 : 1_000, ListMs = list }, TimeSpan.Zero, TimeSpan.FromSeconds(lag), Limit);

    private static RunPace Twice(RunPace pace, double? p95, double? list = null) => After(After(pace, p95, list: list), p95, list: list);
}
