using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Checklist;

namespace GaiaOrleans.Grains.Gates;

/// <summary>Lines of the checklist that people answer for.</summary>
internal static class StatementGates
{
    public static GateVerdict Of(ChecklistLine line, RolloutState state, Evidence e)
    {
        var drill = line.Kind == LineKind.Drill;
        var required = drill ? "a drill that passed" : "attested";
        if (e.Checklist.GetValueOrDefault(line.Name) is not { } record) return Verdict.Unknown(line.Name, drill ? "not drilled" : "not attested", required, line.Text);
        var evidence = $"by {record.Actor}{(record.Note is null ? "" : $": {record.Note}")}";
        if (!record.Passed) return Verdict.Fail(line.Name, "failed", required, evidence, record.At);
        return ChecklistRules.Stale(line, record, state, e.At) is { } why
            ? Verdict.Unknown(line.Name, why, required, evidence)
            : Verdict.Pass(line.Name, drill ? "passed" : "attested", required, evidence, record.At);
    }
}
