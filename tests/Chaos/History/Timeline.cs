namespace GaiaOrleans.Chaos.History;

/// <summary>Moments with something that happened at each, found by the moment.</summary>
/// <typeparam name="T">What is taken together over all moments up to one, such as the latest or the highest.</typeparam>
internal sealed class Timeline<T>
{
    private readonly List<long> _moments = [];
    private readonly List<T> _soFar = [];

    /// <param name="events">In any order.</param>
    /// <param name="together">Of what has been so far, and what comes next.</param>
    public Timeline(IEnumerable<(long At, T What)> events, Func<T, T, T> together)
    {
        foreach (var (at, what) in events.OrderBy(e => e.At))
        {
            _moments.Add(at);
            _soFar.Add(_soFar.Count == 0 ? what : together(_soFar[^1], what));
        }
    }

    /// <summary>Of all that happened before this moment; <paramref name="none"/> = nothing did.</summary>
    public T Before(long moment, T none)
    {
        var (low, high) = (0, _moments.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_moments[middle] < moment) low = middle + 1;
            else high = middle;
        }

        return low == 0 ? none : _soFar[low - 1];
    }
}
