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
            InForce = new(Math.Min(InForce.LowestPercentage, now.LowestPercentage), InForce.Phase < now.Phase ? InForce.Phase : now.Phase, Math.Max(InForce.ActiveSilos, now.ActiveSilos)),
        };
    }

    /// <summary>How often each comparison rule excused a difference in spelling.</summary>
    public IReadOnlyDictionary<string, long> Noise => _noise;

    public Task<DateTimeOffset> Now(CancellationToken cancellationToken) => Task.FromResult(time.GetUtcNow());

    public Task Add(WindowReport report, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (report.Closes is { } closed && _rows.TryGetValue((closed, report.Silo), out var before)) _rows[(closed, report.Silo)] = before.Also(report.InForce) with { ToEnd = true };
            var key = (report.Minute, report.Silo);
            _rows[key] = !_rows.TryGetValue(key, out var row)
                ? new(report.FromStart, false, report.InForce, report.Counts, report.Latencies, report.LagP95Ms, report.LagMaxMs)
                : row.Also(report.InForce) with
                {
                    FromStart = row.FromStart && report.FromStart,
                    Counts = row.Counts + report.Counts,
                    Latencies = row.Latencies + report.Latencies,
                    LagP95Ms = Math.Max(row.LagP95Ms, report.LagP95Ms),
                    LagMaxMs = Math.Max(row.LagMaxMs, report.LagMaxMs),
                };
            foreach (var (rule, count) in report.Noise) _noise = _noise.SetItem(rule, _noise.GetValueOrDefault(rule) + count);
        }

        return Task.CompletedTask;
    }

    public Task MarkBreach(DateTimeOffset at, CancellationToken cancellationToken)
    {
        lock (_gate) _breaches.Add(WindowRules.MinuteOf(at));
        return Task.CompletedTask;
    }

    public async Task<WindowSums> Sums(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var minutes = await Minutes(since, until, cancellationToken);
        return new(
            minutes.Aggregate(WindowCounts.None, (sum, m) => sum + m.Counts), minutes.Max(m => m.LagP95Ms), minutes.Max(m => m.LagMaxMs), minutes.Count, minutes.Count(m => m.Complete));
    }

    public async Task<WindowLatencies> Latencies(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken) =>
        (await Minutes(since, until, cancellationToken)).Aggregate(WindowLatencies.None, (sum, m) => sum + m.Latencies);

    public async Task<Soak> Soaked(DateTimeOffset since, DateTimeOffset until, decimal atLeastPercentage, CancellationToken cancellationToken)
    {
        var (from, to) = WindowRules.DueBetween(since, until);
        var complete = (await Minutes(from, to, cancellationToken)).Where(m => m.Complete).ToList();
        lock (_gate)
        {
            var breaches = _breaches.Where(b => b + WindowRules.Minute > since && b < until).ToList();
            return new(
                complete.Count(m => m.GoPercentage >= atLeastPercentage) * WindowRules.Minute, (int)((to - from) / WindowRules.Minute) - complete.Count,
                breaches.Count == 0 ? null : breaches[^1] + WindowRules.Minute);
        }
    }

    public Task<IReadOnlyList<WindowMinute>> Minutes(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<WindowMinute>>([.. _rows
                .Where(r => r.Key.Minute >= since && r.Key.Minute < until)
                .GroupBy(r => r.Key.Minute, r => r.Value)
                .OrderBy(m => m.Key)
                .Select(m => Of(m.Key, [.. m]))]);
        }
    }

    private WindowMinute Of(DateTimeOffset minute, IReadOnlyList<Row> rows) => new(
        minute, rows.Aggregate(WindowCounts.None, (sum, r) => sum + r.Counts), rows.Aggregate(WindowLatencies.None, (sum, r) => sum + r.Latencies), rows.Max(r => r.LagP95Ms),
        rows.Max(r => r.LagMaxMs), rows.Count, rows.All(r => r.FromStart && r.ToEnd) && rows.Count >= rows.Max(r => r.InForce.ActiveSilos), rows.Min(r => r.InForce.LowestPercentage),
        rows.Min(r => r.InForce.Phase), _breaches.Contains(minute));
}
