using System.Globalization;
using GaiaOrleans.Silo.Legacy;

namespace GaiaOrleans.Silo.Preflight;

internal enum Verdict
{
    Ready,
    ReadyWithNotes,
    Blocked,
}

/// <param name="Sessions">How many there are; null = not known.</param>
/// <param name="AtLeastSeconds">Null = not known.</param>
/// <param name="How">How it was computed, or why it was not.</param>
internal sealed record Estimate(long? Sessions, double? AtLeastSeconds, string How);

/// <summary>Whether this GAIA_HOME can be migrated, why, and with which settings.</summary>
internal sealed record PreflightReport(
    Verdict Verdict, IReadOnlyList<Finding> Findings, IReadOnlyList<Setting> Settings, Estimate Estimate, PreflightFacts Facts)
{
    public static PreflightReport Of(PreflightFacts facts, LegacyOptions configured)
    {
        var findings = PreflightFindings.Of(facts, configured);
        var verdict = findings.Any(f => f.Severity == Severity.Blocker) ? Verdict.Blocked
            : findings.Any(f => f.Severity == Severity.Warning) ? Verdict.ReadyWithNotes
            : Verdict.Ready;
        return new(verdict, findings, PreflightSettings.Of(facts, configured), EstimateOf(facts), facts);
    }

    private static Estimate EstimateOf(PreflightFacts facts)
    {
        if (facts is not { List: { } list, ListedPerS: { } rate }) return new(facts.List?.Total, null, "nothing was listed, so nothing was measured");
        var measured = string.Create(CultureInfo.InvariantCulture, $"{rate} sessions/s listed, one page after the other ({list.Sessions} sessions in {list.Pages} pages)");
        const string rest = "GAIA_HOME's share of a migrate run: it copies what the list shows and reads no session alone; the target's writes are not in it.";
        return list.Total is { } total
            ? new(total, Math.Round(total / rate, 2), $"{total} sessions ÷ {measured}. {rest}")
            : new(null, null, $"at {measured}; how many sessions there are was not told, and the sample did not reach the end. {rest}");
    }
}
