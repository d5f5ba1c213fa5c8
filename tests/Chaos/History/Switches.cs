using System.Collections.Concurrent;

namespace GaiaOrleans.Chaos.History;

/// <summary>When dual-write may have been off: then GAIA_HOME alone serves, and knows no repetitions.</summary>
internal sealed class Switches
{
    private readonly ConcurrentQueue<(bool On, long Asked, long Returned, bool Done)> _asked = [];

    /// <summary>A request to turn it on or off that was done, or that nobody was told the outcome of. One that was refused has changed nothing.</summary>
    public void Add(bool on, long asked, long returned, bool done) => _asked.Enqueue((on, asked, returned, done));

    /// <summary>From the moment at which somebody asked for it to the return of the first request to turn it on again that was made after that one was over.</summary>
    public bool MayBeOff(long from, long to) => _asked.Any(off => !off.On && off.Asked <= to && BackOn(off.Returned) >= from);

    private long BackOn(long returned) => _asked.Where(s => s is { On: true, Done: true } && s.Asked >= returned).Select(s => s.Returned).DefaultIfEmpty(long.MaxValue).Min();
}
