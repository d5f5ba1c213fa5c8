using System.Globalization;
using GaiaOrleans.Contracts.Guard;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Windows;

namespace GaiaOrleans.Grains.Guard;

/// <summary>What the guard thinks, as pure functions of the windows.</summary>
public static class GuardRules
{
    /// <summary>A verdict is left only when the figure has fallen to this share of what brought it: otherwise it would flap around the threshold.</summary>
    private const double Relief = 0.8;

    // Of what was counted before a resume, a silo may report the last up to this much later.
    private static readonly TimeSpan LateReport = TimeSpan.FromSeconds(10);

    public static readonly GuardReading Nothing = new(GuardVerdict.Insufficient, "not looked at yet", "", null, null, 0, 0, null, TimeSpan.Zero);

    /// <summary>When an operator resumed last; by a silo whose clock was ahead at the latest now, or what follows would not be looked at for as long.</summary>
    /// <param name="history">Newest first.</param>
    /// <param name="now">By the store's clock.</param>
    public static DateTimeOffset? ResumedAt(IReadOnlyList<HistoryEntry> history, DateTimeOffset now) =>
        history.FirstOrDefault(h => h.Action == "resume") is { At: var at } ? (at < now ? at : now) : null;

    /// <summary>From when on to look: what was bad before an operator resumed has been answered by resuming.</summary>
    public static DateTimeOffset Since(DateTimeOffset now, DateTimeOffset? resumedAt, GuardOptions options)
    {
        var since = now - options.Window;
        return resumedAt + LateReport is { } fresh && fresh > since ? fresh : since;
    }

    public static GuardReading Judge(GuardVerdict before, WindowSums sums, TimeSpan window, GuardOptions options)
    {
        var (go, python) = (Rate(sums.Counts.Go, options), Rate(sums.Counts.Python, options));
        var figures = new List<(GuardVerdict Verdict, string Text)>();
        if (go is { } g) figures.Add((OfRate(g), $"go {Percent(g)} of {sums.Counts.Go.Requests} requests answered 5xx"));
        if (python is { } p) figures.Add((OfRate(p), $"python {Percent(p)} of {sums.Counts.Python.Requests} requests answered 5xx"));
        var sampled = figures.Count > 0;
        // Without requests a lag that is fine says nothing about them; one that is not needs no sample.
        if (sums.LagP95Ms is { } lag && (sampled || Above(lag, options.LagMs, GuardVerdict.Investigate)))
            figures.Add((Above(lag, options.LagMs, GuardVerdict.Investigate) ? GuardVerdict.Investigate : GuardVerdict.Ok, string.Create(CultureInfo.InvariantCulture, $"sync lag p95 {lag:0.#} ms")));
        var verdict = figures.Count == 0 ? GuardVerdict.Insufficient : figures.Max(f => f.Verdict);
        var observed = figures.Count == 0 ? $"{sums.Counts.Go.Requests} and {sums.Counts.Python.Requests} requests" : string.Join(", ", figures.Where(f => f.Verdict == verdict).Select(f => f.Text));
        return new(verdict, observed, Required(options), go, python, sums.Counts.Go.Requests, sums.Counts.Python.Requests, sums.LagP95Ms, window);

        GuardVerdict OfRate(double rate) => Above(rate, options.Pause, GuardVerdict.Pause) ? GuardVerdict.Pause : Above(rate, options.Investigate, GuardVerdict.Investigate) ? GuardVerdict.Investigate : GuardVerdict.Ok;
        bool Above(double figure, double limit, GuardVerdict level) => figure > (before >= level ? limit * Relief : limit);
    }

    /// <summary>Going back helps only when the target is to blame and legacy is known to do better: by its requests, or by the writes that it is sent.</summary>
    public static bool TargetIsToBlame(WindowSums sums, GuardOptions options)
    {
        var python = sums.Counts.Python;
        double? sent = python.Calls >= options.MinSample ? (double)python.FailedCalls / python.Calls : null;
        var legacy = Rate(python, options) is { } charged ? Math.Max(charged, sent ?? 0) : sent;
        return Rate(sums.Counts.Go, options) is { } go && go > options.Pause && legacy < go;
    }

    /// <summary>
    /// Whether <paramref name="guard"/> has paused and the split has stood still since. One step a pause: what it does to the figures is for the operator
    /// who resumes.
    /// </summary>
    /// <param name="history">Newest first.</param>
    public static bool OwesStep(string guard, IEnumerable<HistoryEntry> history) =>
        history.FirstOrDefault(entry => entry.Moved is not null || entry.Action is "pause" or "resume") is { Action: "pause", Moved: null } pause && pause.Actor == guard;

    /// <summary>The percentage that the last rise to the present one began from; null when the history does not show it.</summary>
    /// <param name="history">Newest first.</param>
    public static decimal? PercentageBefore(decimal present, IEnumerable<HistoryEntry> history)
    {
        var last = history.Select(entry => entry.Moved).FirstOrDefault(moved => moved?.To == present);
        return last?.From < present ? last.From : null;
    }

    private static double? Rate(SideCounts side, GuardOptions options) => side.Requests >= options.MinSample ? side.ErrorRate : null;

    private static string Required(GuardOptions o) => string.Create(
        CultureInfo.InvariantCulture, $"at most {Percent(o.Investigate)} of at least {o.MinSample} requests per side (pause: {Percent(o.Pause)}), sync lag p95 at most {o.LagMs:0.#} ms");

    private static string Percent(double rate) => string.Create(CultureInfo.InvariantCulture, $"{rate * 100:0.##} %");
}
