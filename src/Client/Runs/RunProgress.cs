using System.Globalization;
using System.Text.Json;
using GaiaOrleans.Client.Output;

namespace GaiaOrleans.Client.Runs;

/// <summary>How far a run is, and how it ended.</summary>
internal static class RunProgress
{
    private static readonly string[] Figures = ["failed", "mismatched", "pending"];

    public static bool Ended(JsonElement run) => run.Text("state") is "completed" or "failed" or "cancelled";

    /// <summary>It does not go on before somebody has looked.</summary>
    public static bool Waits(JsonElement run) => run.Text("state") is "paused";

    /// <summary>Completed, nothing failed, differs or could not be judged, and it does not say that there may be more than it has seen.</summary>
    public static bool Clean(JsonElement run) => run.Text("state") is "completed" && Figures.All(figure => run.Number(figure) is null or 0) && run.Text("reason") is not { Length: > 0 };

    /// <summary>0 to 1; null where nobody knows how much there is: GAIA_HOME does not tell, or the run has no end. What is listed is what it has come by so far, and no measure.</summary>
    public static double? Share(JsonElement run) => (run.Text("state"), run.Text("kind"), run.Number("total")) switch
    {
        ("completed", _, _) => 1,
        (_, "reconcile", _) => null,
        (_, _, { } total) => total > 0 ? Math.Min(1, (run.Number("done") ?? 0) / total) : 0,
        _ => null,
    };

    public static int? Percent(JsonElement run) => Share(run) is { } share ? (int)Math.Floor(share * 100) : null;

    /// <summary>A verification looks at rows that GAIA_HOME does not list as well: it is not done with more than there is.</summary>
    public static string Counts(JsonElement run)
    {
        var done = run.Text("done") ?? "-";
        if (Percent(run) is not { } percent) return $"{done} so far";
        var whole = run.Number("total") is null ? "listed" : "total";
        return $"{percent} % {done}/{(run.Number("done") > run.Number(whole) ? done : run.Text(whole) ?? "-")}";
    }

    public static string Rate(JsonElement run) => run.Number("rate_per_s") is { } rate ? string.Create(CultureInfo.InvariantCulture, $"{rate:0.#}/s") : "-";

    public static string Ends(JsonElement run, DateTimeOffset now)
    {
        if (Ended(run)) return run.Text("finished_at") ?? "-";
        return run.Time("eta") is { } eta ? $"in {Span(eta - now)}" : "-";
    }

    /// <summary>One line, for a log.</summary>
    public static string Line(JsonElement run, DateTimeOffset now) =>
        $"{run.Text("kind")} {run.Text("state")}: {Counts(run)}, failed {run.Text("failed") ?? "-"}, differ {run.Text("mismatched") ?? "-"}{(run.Number("pending") is > 0 and var pending ? $", pending {pending}" : "")}, {Rate(run)}"
        + (Ended(run) ? "" : $", ends {Ends(run, now)}")
        + (run.Text("reason") is { Length: > 0 } reason ? $" ({reason})" : "");

    private static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => "1 s",
        { TotalMinutes: < 1 } => $"{(int)span.TotalSeconds} s",
        { TotalHours: < 1 } => $"{(int)span.TotalMinutes} min {span.Seconds} s",
        _ => $"{(int)span.TotalHours} h {span.Minutes} min",
    };
}
