using GaiaOrleans.Contracts.Problems;

namespace GaiaOrleans.Grains.Windows;

/// <summary>
/// One-minute windows of what every silo counted and what was in force meanwhile. They survive restarts. Times are on the store's clock, of
/// which <see cref="Now"/> is the present; a span from <c>since</c> to <c>until</c> holds the minutes that begin in it.
/// </summary>
/// <exception cref="StorageUnavailableException">Thrown by every member: the database did not answer.</exception>
public interface IWindowStore
{
    Task<DateTimeOffset> Now(CancellationToken cancellationToken);

    /// <summary>All of it or nothing. A report whose outcome was lost may be counted twice when it is repeated; it never makes a minute complete.</summary>
    Task Add(WindowReport report, CancellationToken cancellationToken);

    /// <summary>A breach of the guard stands in the minute of <paramref name="at"/>. Later minutes that are known already count no longer: the clock was set back since.</summary>
    Task MarkBreach(DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Since the cluster exists with <see cref="DateTimeOffset.MinValue"/>.</summary>
    Task<WindowSums> Sums(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Dearer than <see cref="Sums"/>, and kept only as long as the windows.</summary>
    Task<WindowLatencies> Latencies(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>The counts of the span, and of the minutes that lie wholly in it how much counts for a soak at each of some percentages.</summary>
    Task<Soak> Soaked(DateTimeOffset since, DateTimeOffset until, IReadOnlyList<decimal> atLeastPercentages, CancellationToken cancellationToken);

    /// <summary>In their order; minutes that nobody reported are left out.</summary>
    Task<IReadOnlyList<WindowMinute>> Minutes(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken);
}
