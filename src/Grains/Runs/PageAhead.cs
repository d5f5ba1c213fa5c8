using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Grains.Runs;

/// <summary>Legacy's list one page ahead: it writes the next while the sessions of this one are worked on. Two pages in memory, never more.</summary>
public sealed class PageAhead(ILegacySessions legacy)
{
    private string? _cursor;
    private Task<LegacyPage>? _next;

    public async Task<LegacyPage> Take(string? cursor, CancellationToken cancellationToken)
    {
        var ahead = _next is not null && _cursor == cursor ? _next : null;
        _next = null;
        var page = await (ahead ?? legacy.List(cursor, cancellationToken));
        if (page.Next is null) return page;
        _cursor = page.Next;
        _next = legacy.List(page.Next, cancellationToken);
        // Nobody may come for it; what went wrong with it then is nobody's trouble.
        _ = _next.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return page;
    }
}
