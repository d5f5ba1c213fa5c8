namespace GaiaOrleans.Grains.Runs;

/// <summary>
/// What a side has been able to do, by which its slowness is told: the shortest time seen, and the shortest for each of the calls that were under way. It ages: what a side
/// could do once, and cannot any more whether a run works or not, holds nobody back for good, nor for long where a run rests: what it asks for next is slow for that.
/// </summary>
/// <param name="Shortest">In milliseconds, with how many calls at once.</param>
/// <param name="Cheapest">The same.</param>
public sealed record QuickestSeen((double Ms, int AtOnce)? Shortest, (double Ms, int AtOnce)? Cheapest)
{
    public static readonly QuickestSeen Nothing = new(null, null);

    /// <summary>Slower than this many times its best is somebody else's need.</summary>
    private const double Slow = 3;

    /// <summary>Nobody suffers from what is quicker than this, whatever was possible before.</summary>
    private const double NeverSlowMs = 50;

    /// <summary>With each page that says something, and with each <see cref="Ageing"/> of rest before it.</summary>
    private const double Ages = 1.02;

    private static readonly TimeSpan Ageing = TimeSpan.FromSeconds(1);

    /// <param name="rested">Before it, in favour of others.</param>
    public QuickestSeen And(double ms, int atOnce, TimeSpan rested)
    {
        var aged = Math.Pow(Ages, 1 + rested / Ageing);
        return new(
            Shortest is { } shortest && shortest.Ms * aged <= ms ? (shortest.Ms * aged, shortest.AtOnce) : (ms, atOnce),
            Cheapest is { } cheapest && cheapest.Ms * aged / cheapest.AtOnce <= ms / atOnce ? (cheapest.Ms * aged, cheapest.AtOnce) : (ms, atOnce));
    }

    /// <param name="took">What somebody else would have waited for it, where that is more than <paramref name="ms"/>.</param>
    public bool IsSlow(double ms, int atOnce, double? took = null) => (took ?? ms) > NeverSlowMs && ms > Slow * Math.Min(Expected(Shortest, atOnce), Expected(Cheapest, atOnce));

    /// <summary>At worst calls wait for each other, and take as much longer as there are more of them; fewer of them need not be quicker.</summary>
    private static double Expected((double Ms, int AtOnce)? seen, int atOnce) => seen is var (ms, then) ? ms * Math.Max(1, (double)atOnce / then) : double.MaxValue;
}
