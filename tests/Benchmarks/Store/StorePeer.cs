namespace GaiaOrleans.Benchmarks.Store;

/// <summary>Another way to make a document durable in the same PostgreSQL.</summary>
internal abstract class StorePeer : IAsyncDisposable
{
    /// <summary>What it is, and how it was used.</summary>
    public abstract string What { get; }

    /// <summary>Durable writes a second.</summary>
    public abstract Task<double> PerSecond(TimeSpan length, CancellationToken cancellation);

    public abstract ValueTask DisposeAsync();

    private readonly Dictionary<int, double> _rates = [];
    private int _looks;

    /// <summary>How many at once it takes most from: each is tried for half of the time in every round that only warms up, up and down by turns, for the first have everything cold.</summary>
    protected async Task<int> BestOf(IReadOnlyList<int> candidates, TimeSpan length, Func<int, TimeSpan, Task<double>> measure)
    {
        if (_looks == BenchSize.WarmUps) return _rates.MaxBy(rate => rate.Value).Key;
        foreach (var candidate in _looks++ % 2 == 0 ? candidates : candidates.Reverse()) _rates[candidate] = _rates.GetValueOrDefault(candidate) + await measure(candidate, length / 2);
        return _rates.MaxBy(rate => rate.Value).Key;
    }
}
