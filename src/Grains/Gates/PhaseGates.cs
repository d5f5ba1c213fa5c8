using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Checklist;

namespace GaiaOrleans.Grains.Gates;

/// <summary>
/// The guide's success criteria as pure functions of evidence, by the phase that one leaves. No data is inconclusive, and inconclusive holds.
/// </summary>
public static class PhaseGates
{
    /// <summary>Every gate between two phases, passed or not; none on the way back.</summary>
    public static IReadOnlyList<GateVerdict> Between(RolloutPhase from, RolloutPhase to, RolloutState state, Evidence evidence) =>
        [.. Enum.GetValues<RolloutPhase>().Where(p => p >= from && p < to).SelectMany(p => Leaving(p, state, evidence)).DistinctBy(v => v.Gate)];

    /// <summary>Every gate there is.</summary>
    public static IReadOnlyList<GateVerdict> All(RolloutState state, Evidence evidence) =>
        Between(RolloutPhase.Preparation, RolloutPhase.Completed, state, evidence);

    /// <summary>Quorum is asked for everywhere: a cluster without it changes no phase.</summary>
    public static IReadOnlyList<GateVerdict> Leaving(RolloutPhase phase, RolloutState state, Evidence e)
    {
        IEnumerable<GateVerdict> measured = phase switch
        {
            RolloutPhase.Preparation => [PreparationGates.DatabaseMigrated(e), PreparationGates.SelfTest(e), PreparationGates.ConflictStrategySet(e), PreparationGates.MetricsScraped(e)],
            RolloutPhase.DualWrite => [DualWriteGates.Enabled(state), DualWriteGates.LedgerClosed(state, e), DualWriteGates.Success(state, e), DualWriteGates.Verified(state, e)],
            RolloutPhase.GradualRollout =>
                [DualWriteGates.Enabled(state), GradualRolloutGates.SoakAt50(state, e), GradualRolloutGates.ErrorRate(state, e), GradualRolloutGates.LatencyRatio(state, e)],
            RolloutPhase.Monitoring => [DualWriteGates.Enabled(state), MonitoringGates.Soaked(state, e), MonitoringGates.NothingOpen(e)],
            RolloutPhase.Cutover => [MonitoringGates.SoakedAt100(state, e)],
            // Dual-write may have been off since they were asked first: what clients wrote to GAIA_HOME alone meanwhile would be gone with it.
            RolloutPhase.Deprecation => [MonitoringGates.SourceDrained(e), DualWriteGates.LedgerClosed(state, e), DualWriteGates.Verified(state, e)],
            _ => [],
        };
        if (phase == RolloutPhase.Completed) return [];
        var stated = ChecklistLines.All.Where(l => l.Leaving == phase && l.Kind != LineKind.Gate).Select(l => StatementGates.Of(l, state, e));
        return [.. measured.Prepend(PreparationGates.Quorum(e)).Concat(stated).Select(v => Standing(Rehearsed(v, e), e))];
    }

    /// <summary>
    /// In a rehearsal what has no evidence, or too little, is taken as given: nobody attests, drills or scrapes there, and few clients write.
    /// What runs and the cluster itself show is real there, too.
    /// </summary>
    private static GateVerdict Rehearsed(GateVerdict verdict, Evidence e)
    {
        if (!e.Rehearsal) return verdict;
        var given = verdict.Status == GateStatus.Inconclusive && !Real.Contains(verdict.Gate);
        return verdict with { Status = given ? GateStatus.Pass : verdict.Status, Evidence = $"rehearsal{(given ? ", taken as given" : "")}{(verdict.Evidence is null ? "" : $"; {verdict.Evidence}")}" };
    }

    private static readonly HashSet<string> Real = ["database_migrated", "quorum", "validator_self_test", "ledger_closed", "verified", "nothing_open", "source_drained"];

    private static GateVerdict Standing(GateVerdict verdict, Evidence e) =>
        e.Seen.Standings.TryGetValue(verdict.Gate, out var standing) && standing.Status == verdict.Status ? verdict with { Since = standing.Since } : verdict;
}
