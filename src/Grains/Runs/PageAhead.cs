using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Grains.Runs;

/// <summary>Legacy's list one page ahead: it writes the next while the sessions of this one are worked on. Two pages in memory, never more.</summary>
public sealed class PageAhead(ILegacySessions legacy, TimeProvider time)
{
    private string? _cursor;
    private Task<(LegacyPage Page, TimeSpan Took)>? _next;
    private long _nextGeneration;

    public async Task<LegacyPage> Take(string? cursor, CallTimes times, CancellationToken cancellationToken) => (await Take(cursor, 0, times, cancellationToken)).Page;

    /// <param name="generation">Of dual-write at present.</param>
    /// <returns>The page, and the generation before it was read.</returns>
    public async Task<(LegacyPage Page, long Generation)> Take(string? cursor, long generation, CallTimes times, CancellationToken cancellationToken)
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
