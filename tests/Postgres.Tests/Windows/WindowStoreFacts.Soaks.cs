namespace GaiaOrleans.Postgres.Tests.Windows;

public abstract partial class WindowStoreFacts
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Only_minutes_that_every_active_silo_reported_whole_count()
    {
        var (one, other) = (Silo("one"), Silo("other"));
        await ReportingSilo.Through(-5, 65, one, other);
        await one.Through(75, 125, beside: other);
        Assert.Equal(new(Minute, 1, null), await Soaked(0, 180));
        Assert.Equal(new(TimeSpan.Zero, 0, null), await Soaked(60, 120));
        Assert.Equal(new(TimeSpan.Zero, 1, null), await Soaked(60, 180));
    }

    [Fact]
    public async Task A_minute_without_traffic_counts()
    {
        await Silo("one").Through(-5, 185);
        Assert.Equal(new(3 * Minute, 0, null), await Soaked(0, 210));
    }

    [Fact]
    public async Task The_minute_under_way_neither_counts_nor_is_missing()
    {
        await Silo("one").Through(-5, 95);
        Assert.Equal(new(Minute, 0, null), await Soaked(0, 95));
    }

    [Fact]
    public async Task A_silo_that_joins_dies_or_starts_again_costs_its_minute_only()
    {
        var (one, dies, again) = (Silo("one"), Silo("other"), Silo("other"));
        await ReportingSilo.Through(-5, 85, one, dies);
        one.Hears(dies);
        await ReportingSilo.Through(95, 305, one, again);
        Assert.Equal(new(4 * Minute, 1, null), await Soaked(0, 330));
    }

    [Fact]
    public async Task A_silo_that_joined_too_late_to_report_is_missed_by_those_who_saw_it()
    {
        var one = Silo("one");
        await one.Through(-5, 55);
        await one.Report(65, beside: Silo("late"));
        Assert.Equal(new(TimeSpan.Zero, 1, null), await Soaked(0, 90));
    }

    [Fact]
    public async Task A_silo_that_died_as_a_minute_began_is_missed_by_those_who_saw_it_before()
    {
        var (one, dies) = (Silo("one"), Silo("other"));
        await ReportingSilo.Through(-15, -5, dies, one);
        one.Hears(dies);
        await one.Through(5, 125);
        Assert.Equal(new(Minute, 1, null), await Soaked(0, 150));
    }

    [Fact]
    public async Task A_silo_that_came_and_died_between_two_reports_is_missed_in_the_minutes_in_which_it_may_have_lived()
    {
        var one = Silo("one");
        await one.Through(-5, 35);
        one.Hears(Silo("short-lived"));
        await one.Through(45, 125);
        Assert.Equal(new(Minute, 1, null), await Soaked(0, 150));
    }

    [Fact]
    public async Task Another_silo_does_not_stand_in_for_one_that_is_missing()
    {
        var (one, other, silent) = (Silo("one"), Silo("other"), Silo("silent"));
        for (var at = -5; at <= 65; at += 10)
        {
            await one.Report(at, beside: silent);
            await other.Report(at, beside: one);
        }

        Assert.Equal(new(TimeSpan.Zero, 1, null), await Soaked(0, 90));
    }

    [Fact]
    public async Task A_moment_at_a_lower_percentage_costs_its_minute_and_resets_nothing()
    {
        var one = Silo("one");
        await one.Through(-5, 65, percentage: 50);
        await one.Report(75, percentage: 49.99m);
        await one.Through(85, 245, percentage: 50.01m);
        Assert.Equal(new(3 * Minute, 0, null), await Soaked(0, 270));
        Assert.Equal(new(4 * Minute, 0, null), await Soaked(0, 270, atLeast: 49.99m));
        Assert.Equal(new(2 * Minute, 0, null), await Soaked(0, 270, atLeast: 50.01m));
    }

    [Fact]
    public async Task What_was_in_force_as_a_minute_ended_belongs_to_it()
    {
        var one = Silo("one");
        await one.Through(-5, 55);
        await one.Report(65, percentage: 10);
        Assert.Equal(new(TimeSpan.Zero, 0, null), await Soaked(0, 90));
    }

    [Fact]
    public async Task A_day_off_does_not_count()
    {
        const int day = 86_400;
        await Silo("one").Through(-5, 125);
        await Silo("one").Through(day - 5, day + 125);
        Assert.Equal(new(4 * Minute, 1440 - 2, null), await Soaked(0, day + 150));
    }

    [Fact]
    public async Task A_clock_that_is_set_makes_no_time()
    {
        var one = Silo("one");
        await one.Through(-5, 5);
        foreach (var ahead in new[] { 50, 100, 150, 3600, -30, 0 })
        {
            one.Ahead = TimeSpan.FromSeconds(ahead);
            await one.Report(6 + ahead / 1000.0);
        }

        Assert.Equal(TimeSpan.Zero, (await Soaked(0, 7200)).Counted);
    }

    [Fact]
    public async Task What_was_reported_before_the_clock_was_set_back_makes_nothing_whole_afterwards()
    {
        var (falls, starts) = (Silo("falls silent"), Silo("starts"));
        await falls.Through(-5, 65);
        starts.Ahead = TimeSpan.FromSeconds(-120);
        await starts.Through(75, 185, beside: falls);
        Assert.Equal(new(TimeSpan.Zero, 1, null), await Soaked(0, 90));
    }

    [Fact]
    public async Task Who_sees_the_clock_set_back_speaks_for_those_who_do_not()
    {
        var (falls, sees) = (Silo("falls silent"), Silo("sees it"));
        await ReportingSilo.Through(-15, 65, falls, sees);
        sees.Ahead = TimeSpan.FromSeconds(-120);
        await sees.Through(75, 185, beside: falls);
        Assert.Equal(new(TimeSpan.Zero, 1, null), await Soaked(0, 90));
    }

    [Fact]
    public async Task A_silo_that_was_silent_for_long_has_not_reported_that_minute()
    {
        var one = Silo("one");
        await one.Through(-5, 15);
        await one.Through(45, 125);
        Assert.Equal(new(Minute, 1, null), await Soaked(0, 150));
    }

    [Fact]
    public async Task The_last_breach_is_known_to_the_end_of_its_minute()
    {
        var one = Silo("one");
        await one.Through(-5, 65);
        Assert.Null((await Soaked(0, 270)).LastBreach);
        await Store.MarkBreach(From.AddSeconds(61), None);
        await one.Through(75, 135);
        await Store.MarkBreach(From.AddSeconds(130), None);
        await one.Through(145, 245);
        Assert.Equal(new(4 * Minute, 0, From.AddMinutes(3)), await Soaked(0, 270));
        Assert.Equal(From.AddMinutes(3), (await Soaked(150, 270)).LastBreach);
        // What is in the future was before the clock was set back.
        Assert.Equal(From.AddMinutes(3), (await Soaked(0, 120)).LastBreach);
        Assert.Equal(From.AddMinutes(3), (await Soaked(179, 270)).LastBreach);
        Assert.Null((await Soaked(180, 270)).LastBreach);
    }

    /// <summary>By the clock they are later than the breach; nobody watched them after it.</summary>
    [Fact]
    public async Task A_breach_on_a_clock_that_was_set_back_leaves_nothing_counted_that_seems_to_follow_it()
    {
        await Silo("one").Through(-5, 245);
        await Store.MarkBreach(From.AddSeconds(61), None);
        Assert.Equal(new(2 * Minute, 2, From.AddMinutes(2)), await Soaked(0, 270));
    }

    [Fact]
    public async Task Several_percentages_are_asked_for_at_once_with_all_that_was_counted()
    {
        var one = Silo("one");
        await one.Through(-5, 65, percentage: 100);
        one.Tally.Failed();
        await one.Through(75, 185, percentage: 50);
        var (since, until) = (From.AddSeconds(-30), From.AddSeconds(210));
        var soak = await Store.Soaked(since, until, [100, 50, 10], None);
        Assert.Equal([Minute, 3 * Minute, 3 * Minute], soak.Counted);
        Assert.Equal((await Store.Sums(since, until, None)).Counts, soak.Counts);
        Assert.Equal(1, soak.Counts.Failed);
    }

    private async Task<Soaking> Soaked(int fromSeconds, int toSeconds, decimal atLeast = 50)
    {
        var soak = await Store.Soaked(From.AddSeconds(fromSeconds), From.AddSeconds(toSeconds), [atLeast], None);
        return new(Assert.Single(soak.Counted), soak.Missing, soak.LastBreach);
    }

    private sealed record Soaking(TimeSpan Counted, int Missing, DateTimeOffset? LastBreach);
}
