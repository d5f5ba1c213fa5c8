namespace GaiaOrleans.Benchmarks.Store;

/// <summary>Another way to make a document durable in the same PostgreSQL.</summary>
internal abstract class StorePeer : IAsyncDisposable
{
    /// <summary>What it is, and how it was used.</summary>
    public abstract string What { get; }

    /// <summary>Durable writes a second.</summary>
    public abstract Task<double> PerSecond(TimeSpan length, CancellationToken cancellation);

    public abstract ValueTask DisposeAsync();

    /// <summary>How many at once it takes most from; each is tried for half of the time, the first once more before that, because nothing is warm by then.</summary>
    protected static async Task<int> BestOf(IReadOnlyList<int> candidates, TimeSpan length, Func<int, TimeSpan, Task<double>> measure)
    {
        var rates = new List<(double Rate, int Candidate)>();
        await measure(candidates[0], length / 2);
        foreach (var candidate in candidates) rates.Add((await measure(candidate, length / 2), candidate));
        return rates.Max().Candidate;
    }
}
