using GaiaOrleans.Grains.Telemetry;

namespace GaiaOrleans.Silo.Telemetry;

/// <summary>A failure as operators see it.</summary>
public sealed record ErrorView(long Id, DateTimeOffset At, string SessionId, string Side, string Operation, string Code, string Message, int Attempt, bool Resolved);

/// <summary>What the cluster as a whole has counted and kept: from PostgreSQL, or from this process when nothing is kept.</summary>
public interface IMigrationFigures
{
    /// <summary>
    /// Counts since the cluster exists. Latencies over the last 15 minutes, or, when nothing is kept, since this process started: of a side, the calls
    /// to it alone; of a dual write, as its client saw it.
    /// </summary>
    Task<TallyCounts> Totals(CancellationToken cancellationToken);

    /// <summary>How often each comparison rule excused a difference in spelling, since the cluster exists.</summary>
    Task<IReadOnlyDictionary<string, long>> Noise(CancellationToken cancellationToken);

    /// <summary>The highest age of an undelivered change within the last hour, measured every five seconds.</summary>
    Task<TimeSpan> HighestLag(CancellationToken cancellationToken);

    /// <summary>Newest first, and how many there are in all.</summary>
    Task<(IReadOnlyList<ErrorView> Errors, long Total)> Errors(int limit, DateTimeOffset? since, CancellationToken cancellationToken);
}
