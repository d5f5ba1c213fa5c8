using System.Collections.Immutable;

namespace GaiaOrleans.Grains.Windows;

/// <summary>The windows of a cluster that keeps nothing.</summary>
public sealed class InMemoryWindowStore(TimeProvider time) : IWindowStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(DateTimeOffset Minute, string Silo), Row> _rows = [];
    private readonly SortedSet<DateTimeOffset> _breaches = [];
    private ImmutableSortedDictionary<string, long> _noise = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    private sealed record Row(bool FromStart, bool ToEnd, InForce InForce, WindowCounts Counts, WindowLatencies Latencies, double LagP95Ms, double LagMaxMs)
    {
        public Row Also(InForce now) => this with
        {
            InForce = new(Math.Min(InForce.LowestPercentage, now.LowestPercentage), InForce.Phase < now.Phase ? InForce.Phase : now.Phase, InForce.Alive.Union(now.Alive)),
        };
    }

    /// <summary>How often each comparison rule excused a difference in spelling.</summary>
    public IReadOnlyDictionary<string, long> Noise => _noise;

    public Task<DateTimeOffset> Now(CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? Task.FromCanceled<DateTimeOffset>(cancellationToken) : Task.FromResult(time.GetUtcNow());

    public Task Add(WindowReport report, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (report.Again is { } again) CountNoLonger(again);
            if (report.Closes is { } closed && _rows.TryGetValue((closed, report.Silo), out var before)) _rows[(closed, report.Silo)] = before.Also(report.InForce) with { ToEnd = true };
            var own = (report.Minute, report.Silo);
            _rows[own] = !_rows.TryGetValue(own, out var mine)
                ? new(report.FromStart, false, report.InForce, report.Counts, report.Latencies, report.LagP95Ms, report.LagMaxMs)
                : mine.Also(report.InForce) with
                {
                    FromStart = mine.FromStart && report.FromStart,
                    Counts = mine.Counts + report.Counts,
                    Latencies = mine.Latencies + report.Latencies,
                    LagP95Ms = Math.Max(mine.LagP95Ms, report.LagP95Ms),
                    LagMaxMs = Math.Max(mine.LagMaxMs, report.LagMaxMs),
                };
            foreach (var (rule, count) in report.Noise) _noise = _noise.SetItem(rule, _noise.GetValueOrDefault(rule) + count);
        }

        return Task.CompletedTask;
    }

    public Task MarkBreach(DateTimeOffset at, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            CountNoLonger(WindowRules.MinuteOf(at) + WindowRules.Minute);
            _breaches.Add(WindowRules.MinuteOf(at));
        }

        return Task.CompletedTask;
    }

    private void CountNoLonger(DateTimeOffset from)
    {
        foreach (var (key, row) in _rows.Where(r => r.Key.Minute >= from).ToList()) _rows[key] = row with { FromStart = false };
    }

    public async Task<WindowSums> Sums(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var minutes = await Minutes(since, until, cancellationToken);
        return new(
            minutes.Aggregate(WindowCounts.None, (sum, m) => sum + m.Counts), minutes.Max(m => m.LagP95Ms), minutes.Max(m => m.LagMaxMs), minutes.Count, minutes.Count(m => m.Complete));
    }

    public async Task<WindowLatencies> Latencies(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken) =>
        WindowLatencies.Sum((await Minutes(since, until, cancellationToken)).Select(m => m.Latencies));

    public async Task<Soak> Soaked(DateTimeOffset since, DateTimeOffset until, IReadOnlyList<decimal> atLeastPercentages, CancellationToken cancellationToken)
    {
        var counts = (await Sums(since, until, cancellationToken)).Counts;
        var (from, to) = WindowRules.DueBetween(since, until);
        var complete = (await Minutes(from, to, cancellationToken)).Where(m => m.Complete).ToList();
        lock (_gate)
        {
            var breaches = _breaches.Where(b => b + WindowRules.Minute > since).ToList();
            return new(
                counts, [.. atLeastPercentages.Select(p => complete.Count(m => m.GoPercentage >= p) * WindowRules.Minute)], (int)((to - from) / WindowRules.Minute) - complete.Count,
                breaches.Count == 0 ? null : breaches[^1] + WindowRules.Minute);
        }
    }

    public Task<IReadOnlyList<WindowMinute>> Minutes(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<WindowMinute>>([.. _rows
                .Where(r => r.Key.Minute >= since && r.Key.Minute < until)
                .GroupBy(r => r.Key.Minute)
                .OrderBy(m => m.Key)
                .Select(m => Of(m.Key, m.ToDictionary(r => r.Key.Silo, r => r.Value)))]);
        }
    }

    private WindowMinute Of(DateTimeOffset minute, Dictionary<string, Row> bySilo)
    {
        var rows = bySilo.Values;
        var complete = rows.All(r => r.FromStart && r.ToEnd && r.InForce.Alive.All(bySilo.ContainsKey));
        return new(
            minute, rows.Aggregate(WindowCounts.None, (sum, r) => sum + r.Counts), WindowLatencies.Sum(rows.Select(r => r.Latencies)), rows.Max(r => r.LagP95Ms),
            rows.Max(r => r.LagMaxMs), rows.Count, complete, rows.Min(r => r.InForce.LowestPercentage), rows.Min(r => r.InForce.Phase), _breaches.Contains(minute));
    }
}
