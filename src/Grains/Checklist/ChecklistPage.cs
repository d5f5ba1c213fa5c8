using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Gates;

namespace GaiaOrleans.Grains.Checklist;

/// <summary>A line and how it stands.</summary>
/// <param name="State"><c>pass</c>, <c>fail</c> or <c>inconclusive</c>; <c>forced</c> when the migration went past it without a pass.</param>
/// <param name="By">Who attested or drilled it, or went past its gate.</param>
/// <param name="At">When they did.</param>
public sealed record ChecklistLineView(
    string Section, string Line, string Name, LineKind Kind, string State, string Observed, string Required, string? By, DateTimeOffset? At, string? Evidence);

/// <summary>The guide's checklists as they stand: of phases that are over, as they stood when they were left.</summary>
public static class ChecklistPage
{
    /// <param name="history">Newest first.</param>
    public static IReadOnlyList<ChecklistLineView> Of(RolloutState state, IReadOnlyList<HistoryEntry> history, Evidence evidence)
    {
        var now = PhaseGates.All(state, evidence).ToDictionary(v => v.Gate);
        return [.. ChecklistLines.All.Select(line => Left(line, state, history) ?? Standing(line, state, evidence, now))];
    }

    private static ChecklistLineView Standing(ChecklistLine line, RolloutState state, Evidence evidence, Dictionary<string, GateVerdict> now)
    {
        var verdict = now.GetValueOrDefault(line.Gate) ?? StatementGates.Of(line, state, evidence);
        var record = line.Kind == LineKind.Gate ? null : evidence.Checklist.GetValueOrDefault(line.Name);
        return View(line, verdict, Word(verdict.Status), record?.Actor, record?.At);
    }

    /// <summary>Null when the phase that the line belongs to is not over. A rollback makes it open again.</summary>
    private static ChecklistLineView? Left(ChecklistLine line, RolloutState state, IReadOnlyList<HistoryEntry> history)
    {
        if (line.Leaving is not { } phase || phase >= state.Phase) return null;
        var (entry, verdict) = history.Select(h => (Entry: h, Verdict: h.Verdicts?.FirstOrDefault(v => v.Gate == line.Gate))).FirstOrDefault(x => x.Verdict is not null);
        return verdict is null ? null : View(line, verdict, verdict.Status == GateStatus.Pass ? "pass" : "forced", entry.Actor, entry.At);
    }

    private static ChecklistLineView View(ChecklistLine line, GateVerdict verdict, string word, string? by, DateTimeOffset? at) =>
        new(line.Section, line.Text, line.Name, line.Kind, word, verdict.Observed, verdict.Required, by, at, verdict.Evidence);

    private static string Word(GateStatus status) => status switch { GateStatus.Pass => "pass", GateStatus.Fail => "fail", _ => "inconclusive" };
}
