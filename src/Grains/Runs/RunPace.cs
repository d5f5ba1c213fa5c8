namespace GaiaOrleans.Grains.Runs;

/// <summary>How many sessions a run has under way at once. A run yields: it takes half when either side grows slow or clients' changes lag, and little by little more again.</summary>
/// <param name="Most">As configured.</param>
/// <param name="Parallel">At present.</param>
/// <param name="Best">The best p95 of a session so far, in milliseconds per session under way: what this pair of sides can do.</param>
public sealed record RunPace(int Most, int Parallel, double? Best = null)
{
    public const int Least = 4;

    /// <summary>Slower than this many times its best is somebody else's need.</summary>
    private const double Slow = 3;

    public static RunPace Starting(int most) => new(most, most);

    /// <param name="p95Ms">Of the calls of the last page; null when it made none.</param>
    /// <param name="lag">Age of the oldest change that legacy lacks.</param>
    public RunPace After(double? p95Ms, TimeSpan lag, TimeSpan lagLimit)
    {
        var perSession = p95Ms / Parallel;
        var best = perSession is { } seen && (Best is null || seen < Best) ? seen : Best;
        var slow = lag > lagLimit || (perSession > best * Slow && p95Ms > 50);
        return this with { Best = best, Parallel = slow ? Math.Max(Math.Min(Least, Most), Parallel / 2) : Math.Min(Most, Parallel + Math.Max(1, Most / 16)) };
    }
}
