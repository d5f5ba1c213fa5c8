using GaiaOrleans.Contracts.Gates;

namespace GaiaOrleans.Grains.Gates;

/// <summary>The part of the guide's Pre-Migration Checklist that a machine can see.</summary>
internal static class PreparationGates
{
    // The guide's "3+ nodes": with two, the loss of one is the loss of the quorum.
    private const int FewestSilos = 3;

    public static GateVerdict DatabaseMigrated(Evidence e)
    {
        const string gate = "database_migrated";
        const string required = "every script of this build";
        if (e.Schema is not { } schema) return Verdict.Unknown(gate, "not known", required);
        return Verdict.Of(schema.Applied >= schema.Expected, gate, $"{schema.Applied} of {schema.Expected} scripts", required, $"the last is {schema.Latest}");
    }

    public static GateVerdict Quorum(Evidence e)
    {
        var required = Math.Max(e.ExpectedSilos / 2 + 1, e.Rehearsal ? 1 : FewestSilos);
        return Verdict.Of(e.ActiveSilos.Count >= required, "quorum", $"{e.ActiveSilos.Count} active", $"{required} of {e.ExpectedSilos}", string.Join(", ", e.ActiveSilos));
    }

    public static GateVerdict SelfTest(Evidence e)
    {
        const string gate = "validator_self_test";
        const string required = "every pair judged right";
        if (e.SelfTest is not { } test) return Verdict.Unknown(gate, "not run", required);
        var evidence = test.Wrong.Count > 0 ? "wrong: " + string.Join("; ", test.Wrong) : test.Skipped == 0 ? null : $"{test.Skipped} pairs left out: their fields have rules of their own";
        return test.Pairs == 0
            ? Verdict.Unknown(gate, "no pair was left to judge", required, evidence)
            : Verdict.Of(test.Wrong.Count == 0, gate, $"{test.Pairs - test.Wrong.Count} of {test.Pairs} pairs", required, evidence);
    }

    public static GateVerdict ConflictStrategySet(Evidence e)
    {
        const string required = "chosen by an operator, be it the default";
        return e.Checklist.GetValueOrDefault(ConflictStrategy) is { } chosen
            ? Verdict.Pass(ConflictStrategy, chosen.Note ?? "", required, $"by {chosen.Actor}", chosen.At)
            : Verdict.Unknown(ConflictStrategy, "nobody has chosen", required, "gaia dual-write on --conflicts STRATEGY");
    }

    public const string ConflictStrategy = "conflict_strategy_set";

    /// <summary>Of every silo: what is not watched on one is not watched.</summary>
    public static GateVerdict MetricsScraped(Evidence e)
    {
        const string gate = "metrics_scraped";
        var required = $"every active silo within {Verdict.Text(e.Required.ScrapeWithin)}";
        var unseen = e.ActiveSilos.Where(s => !e.Seen.Scrapes.TryGetValue(s, out var at) || at > e.At || e.At - at > e.Required.ScrapeWithin).ToList();
        if (e.ActiveSilos.Count == 0 || unseen.Count == e.ActiveSilos.Count) return Verdict.Unknown(gate, "nobody scrapes /metrics", required);
        return Verdict.Of(unseen.Count == 0, gate, $"{e.ActiveSilos.Count - unseen.Count} of {e.ActiveSilos.Count} silos", required, unseen.Count == 0 ? null : "not scraped: " + string.Join(", ", unseen));
    }
}
