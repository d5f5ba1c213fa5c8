using Spectre.Console;

namespace GaiaOrleans.Client.Output;

/// <summary>Text from elsewhere, made safe for a terminal, with the colour that its meaning has.</summary>
internal static class Cell
{
    public static readonly Style Good = new(Color.Green);
    public static readonly Style Doubtful = new(Color.Yellow);
    public static readonly Style Bad = new(Color.Red);
    public static readonly Style Quiet = new(decoration: Decoration.Dim);

    public static Text Of(string? text, Style? style = null) => new(Clean(text ?? "-"), style ?? Style.Plain);

    /// <summary>A state word in its colour.</summary>
    public static Text State(string? word) => Of(word, ToneOf(word));

    public static Style ToneOf(string? word) => word?.ToLowerInvariant() switch
    {
        "healthy" or "active" or "ok" or "pass" or "completed" or "running" or "validated" or "passed" or "migrated" or "synced" => Good,
        "degraded" or "paused" or "investigate" or "warning" or "inconclusive" or "waiting" or "joining" or "shuttingdown" or "stopping" or "pending" or "forced" => Doubtful,
        "unhealthy" or "failed" or "fail" or "dead" or "cancelled" or "conflicts" or "blocker" or "pause" => Bad,
        _ => Style.Plain,
    };

    /// <summary>Control characters of a session's text must not steer the reader's terminal.</summary>
    public static string Clean(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => c is '\n' or '\t' ? ' ' : char.IsControl(c) ? '\uFFFD' : c)) : text;
}
