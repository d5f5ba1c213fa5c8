using System.Globalization;
using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Grains.Runs;

/// <summary>
/// Legacy's list one page ahead: it writes the next while the sessions of this one are worked on. Two pages in memory, never more. A legacy that shows its whole list,
/// whatever it is asked for, has one page: it is handed out in parts, for between two of them a run is held, paused and kept to its rate.
/// </summary>
/// <param name="most">Sessions of one part.</param>
public sealed class PageAhead(ILegacySessions legacy, TimeProvider time, int most = 1_000)
{
    private const string PartFrom = "part>";

    private string? _cursor;
    private Task<(LegacyPage Page, TimeSpan Took)>? _next;
    private long _nextGeneration;
    private Parted? _parted;

    private sealed record Parted(string? Cursor, LegacyPage Page, long Generation);

    public async Task<LegacyPage> Take(string? cursor, CallTimes times, CancellationToken cancellationToken) => (await Take(cursor, 0, times, cancellationToken)).Page;

    /// <param name="cursor">Null = from the start; else as the page before had it.</param>
    /// <param name="generation">Of dual-write at present.</param>
    /// <returns>The page, and the generation before it was read.</returns>
    public async Task<(LegacyPage Page, long Generation)> Take(string? cursor, long generation, CallTimes times, CancellationToken cancellationToken)
    {
        var (page, from) = PartOf(cursor);
        if (from > 0 && _parted is { } parted && parted.Cursor == page) return (Part(parted, from), parted.Generation);
        _parted = null;
        var (read, readIn) = await Whole(page, generation, times, cancellationToken);
        if (from == 0 && read.Sessions.Count <= most) return (read, readIn);
        // Begun by another activation, from another reading: what was deleted since has moved others to a part that is done.
        return (Part(new(page, read with { Shifts = read.Shifts || from > 0 }, readIn), from), readIn);
    }

    private LegacyPage Part(Parted parted, int from)
    {
        var end = Math.Min(parted.Page.Sessions.Count, from + most);
        // With its last part the list is let go, which may be half a gigabyte; should that fail, it is read again.
        _parted = end < parted.Page.Sessions.Count ? parted : null;
        var next = _parted is not null ? string.Create(CultureInfo.InvariantCulture, $"{PartFrom}{end}>{parted.Cursor}") : parted.Page.Next;
        return parted.Page with { Sessions = [.. parted.Page.Sessions.Skip(from).Take(most)], Next = next };
    }

    private static (string? Page, int From) PartOf(string? cursor)
    {
        if (cursor?.StartsWith(PartFrom, StringComparison.Ordinal) is not true) return (cursor, 0);
        var end = cursor.IndexOf('>', PartFrom.Length);
        return (end + 1 == cursor.Length ? null : cursor[(end + 1)..], int.Parse(cursor.AsSpan(PartFrom.Length, end - PartFrom.Length), CultureInfo.InvariantCulture));
    }

    private async Task<(LegacyPage Page, long Generation)> Whole(string? cursor, long generation, CallTimes times, CancellationToken cancellationToken)
    {
        var ahead = _next is not null && _cursor == cursor ? _next : null;
        var readIn = ahead is null ? generation : _nextGeneration;
        _next = null;
        var (page, took) = await (ahead ?? Read(cursor, cancellationToken));
        // The last is as long as what is left, and says nothing.
        if (page.Next is null) return (page, readIn);
        times.List = took;
        (_cursor, _nextGeneration) = (page.Next, generation);
        _next = Read(page.Next, cancellationToken);
        // Nobody may come for it; what went wrong with it then is nobody's trouble.
        _ = _next.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return (page, readIn);
    }

    private async Task<(LegacyPage Page, TimeSpan Took)> Read(string? cursor, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var page = await legacy.List(cursor, cancellationToken);
        return (page, time.GetElapsedTime(started));
    }
}
