using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Grains.Runs;

/// <summary>Legacy's list one page ahead: it writes the next while the sessions of this one are worked on. Two pages in memory, never more.</summary>
public sealed class PageAhead(ILegacySessions legacy)
{
    private string? _cursor;
    private Task<LegacyPage>? _next;
    private long _nextGeneration;

    public async Task<LegacyPage> Take(string? cursor, CancellationToken cancellationToken) => (await Take(cursor, 0, cancellationToken)).Page;

    /// <param name="generation">Of dual-write at present.</param>
    /// <returns>The page, and the generation before it was read.</returns>
    public async Task<(LegacyPage Page, long Generation)> Take(string? cursor, long generation, CancellationToken cancellationToken)
    {
        var ahead = _next is not null && _cursor == cursor ? _next : null;
        var readIn = ahead is null ? generation : _nextGeneration;
        _next = null;
        var page = await (ahead ?? legacy.List(cursor, cancellationToken));
        if (page.Next is null) return (page, readIn);
        (_cursor, _nextGeneration) = (page.Next, generation);
        _next = legacy.List(page.Next, cancellationToken);
        // Nobody may come for it; what went wrong with it then is nobody's trouble.
        _ = _next.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return (page, readIn);
    }
}
