using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Telemetry;

namespace GaiaOrleans.Silo.Telemetry;

/// <summary>The counts of a cluster that keeps nothing: one process, one tally.</summary>
internal sealed class InMemoryFigures(MigrationTally tally, InMemorySessionStore sessions, TimeProvider time) : BackgroundService, IMigrationFigures
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LagKept = TimeSpan.FromHours(1);
    private readonly Queue<(DateTimeOffset At, TimeSpan Lag)> _lags = [];
    private readonly Lock _gate = new();
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private TallyCounts? _total;

    public Task<TallyCounts> Totals(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var latest = tally.Drain();
            _total = _total is null ? latest : Sum(_total, latest);
            return Task.FromResult(_total);
        }
    }

    public async Task<IReadOnlyDictionary<string, long>> Noise(CancellationToken cancellationToken) =>
        new SortedDictionary<string, long>((await Totals(cancellationToken)).Noise.ToDictionary(), StringComparer.Ordinal);

    public Task<TimeSpan> HighestLag(CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult(_lags.Select(l => l.Lag).DefaultIfEmpty(TimeSpan.Zero).Max());
    }

    public Task<(IReadOnlyList<ErrorView> Errors, long Total)> Errors(int limit, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var errors = sessions.Errors.Select((e, i) => new ErrorView(i + 1, _startedAt, e.SessionId, e.Side, e.Operation, e.Code, e.Message, e.Attempt, false)).Reverse().ToList();
        return Task.FromResult<(IReadOnlyList<ErrorView>, long)>(([.. errors.Take(limit)], errors.Count));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var lag = await sessions.Lag(stoppingToken);
            lock (_gate)
            {
                _lags.Enqueue((time.GetUtcNow(), lag.Oldest));
                while (_lags.Peek().At < time.GetUtcNow() - LagKept) _lags.Dequeue();
            }
        }
    }

    private static TallyCounts Sum(TallyCounts a, TallyCounts b) => new(
        a.Total + b.Total, a.Successful + b.Successful, a.Partial + b.Partial, a.Failed + b.Failed, a.Adopted + b.Adopted, a.GoRequests + b.GoRequests,
        a.GoErrors + b.GoErrors, a.PythonRequests + b.PythonRequests, a.PythonErrors + b.PythonErrors,
        Sum(a.GoLatency, b.GoLatency), Sum(a.PythonLatency, b.PythonLatency), Sum(a.DualWriteLatency, b.DualWriteLatency),
        a.Noise.Concat(b.Noise).GroupBy(n => n.Key).ToDictionary(g => g.Key, g => g.Sum(n => n.Value)));

    private static long[] Sum(long[] a, long[] b) => [.. a.Zip(b, (x, y) => x + y)];
}
