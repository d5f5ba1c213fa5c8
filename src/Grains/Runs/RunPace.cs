namespace GaiaOrleans.Grains.Runs;

/// <summary>
/// How many sessions a run has under way at once. A run yields: it takes half when either side grows slow or clients' changes lag, and little by little more again.
/// A single slow page is nobody's need: a machine may have stood still, or what it wanted had to be fetched.
/// </summary>
/// <param name="Most">As configured.</param>
/// <param name="Parallel">At present.</param>
public sealed record RunPace(int Most, int Parallel)
{
    public const int Least = 4;

    /// <summary>A run goes on, however little.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(5);

    private const int Lasting = 2;

    /// <summary>How many pages were slow, one after the other.</summary>
    public int Slow { get; init; }

    /// <summary>Of the calls of single sessions, in which the store always and legacy often has a part.</summary>
    public QuickestSeen Calls { get; init; } = QuickestSeen.Nothing;

    /// <summary>Of the store's rows, many at once.</summary>
    public QuickestSeen Rows { get; init; } = QuickestSeen.Nothing;

    /// <summary>Of legacy's pages.</summary>
    public QuickestSeen Lists { get; init; } = QuickestSeen.Nothing;

    public static RunPace Starting(int most) => new(most, most);

    /// <param name="rested">As <see cref="RestAfter"/> had it of the page before.</param>
    /// <param name="lag">Age of the oldest change that legacy lacks.</param>
    public RunPace After(PageTimes page, TimeSpan rested, TimeSpan lag, TimeSpan lagLimit)
    {
        if (page is { CallsP95Ms: null, RowMs: null, ListMs: null } && lag <= lagLimit) return this;
        // No more can have been under way than there were.
        var atOnce = Math.Min(Parallel, page.Calls);
        var next = this with
        {
            Calls = page.CallsP95Ms is { } p95 ? Calls.And(p95, atOnce, rested) : Calls,
            Rows = page.RowMs is { } row ? Rows.And(row, 1, rested) : Rows,
            Lists = page.ListMs is { } list ? Lists.And(list, 1, rested) : Lists,
        };
        var slow = (page.CallsP95Ms is { } calls && next.Calls.IsSlow(calls, atOnce))
            || (page.RowMs is { } rows && next.Rows.IsSlow(rows, 1, page.RowsLongestMs))
            || (page.ListMs is { } listed && next.Lists.IsSlow(listed, 1));
        next = next with { Slow = slow ? Slow + 1 : 0 };
        if (lag > lagLimit || next.Slow >= Lasting) return next with { Parallel = Math.Max(Math.Min(Least, Most), Parallel / 2) };
        return slow ? next : next with { Parallel = Math.Min(Most, Parallel + Math.Max(1, Most / 16)) };
    }

    /// <summary>After a page whose work is not split into calls: it yields by waiting as much longer as a run of calls would work less at once.</summary>
    /// <param name="bulk">What the page spent on such work.</param>
    public TimeSpan RestAfter(TimeSpan bulk)
    {
        var rest = bulk * ((double)Most / Parallel - 1);
        return rest < LongestRest ? rest : LongestRest;
    }
}
