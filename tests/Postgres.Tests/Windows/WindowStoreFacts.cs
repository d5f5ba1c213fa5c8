using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Windows;

namespace GaiaOrleans.Postgres.Tests.Windows;

/// <summary>What every store of windows must do. Each store runs all of them, and each fact has a day of its own.</summary>
public abstract partial class WindowStoreFacts
{
    private static int _facts;

    protected WindowStoreFacts() => From = new DateTimeOffset(2031, 1, 1, 12, 0, 0, TimeSpan.Zero).AddDays(Interlocked.Increment(ref _facts) * 4);

    protected abstract IWindowStore Store { get; }

    private DateTimeOffset From { get; }

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Counts_add_up_over_reports_and_silos()
    {
        var (one, other) = (Silo("one"), Silo("other"));
        var n = 0;
        foreach (var (silo, at) in new[] { (one, 1), (other, 2), (one, 6) })
        {
            silo.Tally.Successful(TimeSpan.FromMilliseconds(1));
            silo.Tally.Partial(TimeSpan.FromMilliseconds(2));
            silo.Tally.Failed();
            silo.Tally.Adopted();
            silo.Tally.Charge(new(5, 2, 7, 3));
            silo.Tally.Go(TimeSpan.FromMilliseconds(1), ok: true);
            silo.Tally.Go(TimeSpan.FromMilliseconds(1), ok: false);
            silo.Tally.Python(TimeSpan.FromMilliseconds(1), ok: true);
            await silo.Report(at, lagMs: ++n * 10);
        }

        var sums = await Sums(0, 60);
        Assert.Equal(new WindowCounts(9, 3, 3, 3, 3, new(15, 6, 6, 3), new(21, 9, 3, 0)), sums.Counts);
        Assert.Equal((30, 60, 1, 0), (sums.LagP95Ms, sums.LagMaxMs, sums.Minutes, sums.Complete));
        Assert.Equal(WindowCounts.None, (await Sums(60, 120)).Counts);
        Assert.Null((await Sums(60, 120)).LagP95Ms);
        Assert.True((await Store.Sums(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, None)).Counts.Total >= 9);
    }

    [Fact]
    public async Task Latencies_are_the_same_however_the_time_is_cut()
    {
        var silo = Silo("one");
        for (var minute = 0; minute < 200; minute += 7)
        {
            silo.Tally.Go(TimeSpan.FromMilliseconds(minute + 1), ok: true);
            silo.Tally.Python(TimeSpan.FromMilliseconds(2), ok: true);
            silo.Tally.Successful(TimeSpan.FromMilliseconds(3));
            await silo.Report(minute * 60 + 30);
        }

        Assert.Equal(29, (await Latencies(0, 200)).Go.Sum());
        foreach (var (from, to) in new[] { (0, 200), (3, 199), (59, 61), (60, 120), (10, 50), (61, 119), (0, 180), (5, 5) })
        {
            var minutes = (await Minutes(from, to)).Select(m => m.Latencies).Aggregate(WindowLatencies.None, (sum, l) => sum + l);
            var latencies = await Latencies(from, to);
            Assert.Equal((minutes.Go, minutes.Python, minutes.DualWrite), (latencies.Go, latencies.Python, latencies.DualWrite), Same);
        }
    }

    [Fact]
    public async Task Minutes_are_shown_as_they_were_reported()
    {
        var (one, other) = (Silo("one"), Silo("other"));
        one.Tally.Charge(new(3, 1, 0, 0));
        for (var at = -5; at <= 65; at += 10)
        {
            await one.Report(at, beside: other);
            await other.Report(at, percentage: 40, beside: one);
        }

        await one.Report(185);
        await Store.MarkBreach(From.AddSeconds(190), None);
        var minutes = await Minutes(0, 10);
        Assert.Equal(
            [(0, 2, true, 40, false), (1, 2, false, 40, false), (3, 1, false, 50, true)],
            minutes.Select(m => ((int)(m.Minute - From).TotalMinutes, m.Silos, m.Complete, (int)m.GoPercentage, m.Breached)));
        Assert.All(minutes, m => Assert.Equal((RolloutPhase.GradualRollout, 0d), (m.Phase, m.LagP95Ms)));
        Assert.Equal(3, (await Minutes(-1, 0)).Single().Counts.Go.Requests);
    }

    private static bool Same((long[], long[], long[]) a, (long[], long[], long[]) b) => a.Item1.SequenceEqual(b.Item1) && a.Item2.SequenceEqual(b.Item2) && a.Item3.SequenceEqual(b.Item3);

    private protected ReportingSilo Silo(string name) => new(Store, From, name);

    private Task<WindowSums> Sums(int fromSeconds, int toSeconds) => Store.Sums(From.AddSeconds(fromSeconds), From.AddSeconds(toSeconds), None);

    private Task<WindowLatencies> Latencies(int from, int to) => Store.Latencies(From.AddMinutes(from), From.AddMinutes(to), None);

    private Task<IReadOnlyList<WindowMinute>> Minutes(int from, int to) => Store.Minutes(From.AddMinutes(from), From.AddMinutes(to), None);
}
