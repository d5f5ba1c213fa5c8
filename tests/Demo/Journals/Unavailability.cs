namespace GaiaOrleans.Demo.Journals;

/// <summary>
/// The longest time for which a session was not served, and how many requests failed meanwhile. Measured per session: from its first
/// failed request, sent after the kill or in flight during it, to its next success.
/// </summary>
internal sealed record Unavailability(double LongestMs, int FailedRequests)
{
    public static Unavailability After(DateTimeOffset kill, IEnumerable<JournalEntry> entries)
    {
        var (longest, failures) = (TimeSpan.Zero, 0);
        foreach (var entry in entries)
        {
            if (entry is not { Event: JournalEvent.Outage, From: { } from } || entry.At <= kill)
                continue;
            var span = entry.At - (from > kill ? from : kill);
            longest = span > longest ? span : longest;
            failures += entry.Failures ?? 0;
        }
        return new(Math.Round(longest.TotalMilliseconds, 1), failures);
    }
}
