using GaiaOrleans.Contracts.Checklist;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;

namespace GaiaOrleans.Grains.Checklist;

/// <summary>What may be said about which line, and how long it counts.</summary>
public static class ChecklistRules
{
    /// <summary>How long a drill shows anything: software, people and data move on.</summary>
    public static readonly TimeSpan DrillCounts = TimeSpan.FromDays(30);

    public static ChecklistRecord Attest(string name, Caller caller, RolloutPhase phase, DateTimeOffset now)
    {
        Known(name, LineKind.Attestation, "attestation");
        return new(name, true, caller.Reason, caller.Actor, now, phase);
    }

    public static ChecklistRecord Drill(string name, bool passed, string? evidence, Caller caller, RolloutPhase phase, DateTimeOffset now)
    {
        Known(name, LineKind.Drill, "drill");
        return string.IsNullOrWhiteSpace(evidence) ? throw InvalidInputException.Missing("evidence") : new(name, passed, evidence, caller.Actor, now, phase);
    }

    /// <summary>
    /// Why a record does not count any more, or not yet; null = it counts. A drill counts for <see cref="DrillCounts"/>, whichever phase it was
    /// held in: a rollback that was drilled must not be undone by having rolled back. What is said of the present state of things (team
    /// confident, users notified, final backup) counts within the phase it was said in, and is said again after a rollback.
    /// </summary>
    public static string? Stale(ChecklistLine line, ChecklistRecord record, RolloutState state, DateTimeOffset now)
    {
        // A clock that was wrong: what lies ahead has not happened.
        if (record.At > now) return "dated in the future";
        if (!line.Lasting && (record.Phase != state.Phase || record.At < state.PhaseSince)) return "given in another phase";
        return line.Kind == LineKind.Drill && now - record.At > DrillCounts ? $"more than {DrillCounts.TotalDays:0} days ago" : null;
    }

    private static void Known(string name, LineKind kind, string word)
    {
        var names = ChecklistLines.Names(kind).ToList();
        if (!names.Contains(name)) throw InvalidInputException.Field("name", $"is no {word}; there are {string.Join(", ", names)}");
    }
}
