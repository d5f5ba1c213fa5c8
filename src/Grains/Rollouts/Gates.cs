using System.Globalization;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>What the gates look at, collected at one moment. Null = nobody knows, which never passes.</summary>
public sealed record Evidence(int ActiveSilos, int ExpectedSilos, RunStatus? Migrate, RunStatus? Verify, SyncLag? Lag, bool Rehearsal);

/// <summary>The guide's success criteria as pure functions of evidence. No data is inconclusive, and inconclusive holds.</summary>
public static class Gates
{
    private const string Pass = "pass";
    private const string Fail = "fail";
    private const string Inconclusive = "inconclusive";

    /// <summary>Everything that stands between <paramref name="from"/> and <paramref name="to"/>; empty when the way is free.</summary>
    public static IReadOnlyList<Blocker> Between(RolloutPhase from, RolloutPhase to, RolloutState state, Evidence evidence) =>
        [.. Enum.GetValues<RolloutPhase>().Where(p => p >= from && p < to).SelectMany(p => Leaving(p, state, evidence)).Where(b => b.Status != Pass)];

    public static IEnumerable<Blocker> Leaving(RolloutPhase phase, RolloutState state, Evidence evidence) => phase switch
    {
        RolloutPhase.Preparation => [Quorum(evidence), Soak("backup restored in a drill", evidence), Soak("team trained, communication plan, rollback documented", evidence)],
        RolloutPhase.DualWrite => [DualWriteOn(state), LedgerClosed(evidence), Verified(evidence), Soak("dual-write success > 99 % over 1 000 writes", evidence)],
        RolloutPhase.GradualRollout => [DualWriteOn(state), Soak("50 % for 48 h with error rate ≤ 0.5 %", evidence), Soak("migration tests and rollback drill passed", evidence)],
        RolloutPhase.Monitoring => [DualWriteOn(state), Soak("7 days at 50 % or more without a guard breach", evidence)],
        RolloutPhase.Cutover => [Soak("24 h at 100 % without a guard breach", evidence), Drained(evidence)],
        RolloutPhase.Deprecation => [Drained(evidence), Soak("final backup verified", evidence)],
        _ => [],
    };

    private static Blocker Quorum(Evidence evidence)
    {
        var required = evidence.ExpectedSilos / 2 + 1;
        return Of("quorum", evidence.ActiveSilos >= required ? Pass : Fail, $"{evidence.ActiveSilos} active", $"{required} of {evidence.ExpectedSilos}");
    }

    private static Blocker DualWriteOn(RolloutState state) =>
        Of("dual_write_enabled", state.DualWrite.Enabled ? Pass : Fail, state.DualWrite.Enabled ? "on" : "off", "on");

    private static Blocker LedgerClosed(Evidence evidence)
    {
        const string required = "listed = migrated + skipped + failed, failed = 0";
        if (evidence.Migrate is not { State: RunState.Completed } run) return Of("ledger_closed", Inconclusive, "no completed migrate run", required);
        if (run.DryRun) return Of("ledger_closed", Inconclusive, "the last migrate run was a dry run", required);
        var closed = run.Listed == run.Migrated + run.Skipped + run.Failed && run.Failed == 0;
        return Of("ledger_closed", closed ? Pass : Fail, $"{run.Listed} listed, {run.Migrated} migrated, {run.Skipped} skipped, {run.Failed} failed", required);
    }

    private static Blocker Verified(Evidence evidence)
    {
        const string required = "a full verification with 0 mismatches";
        if (evidence.Verify is not { State: RunState.Completed } run) return Of("verified", Inconclusive, "no completed verify run", required);
        return Of("verified", run is { Mismatched: 0, Failed: 0, Pending: 0 } ? Pass : Fail, $"{run.Mismatched} mismatched, {run.Failed + run.Pending} unverified of {run.Done}", required);
    }

    private static Blocker Drained(Evidence evidence) => evidence.Lag is { } lag
        ? Of("drained", lag.Pending == 0 ? Pass : Fail, lag.Pending.ToString(CultureInfo.InvariantCulture) + " pending", "0 pending")
        : Of("drained", Inconclusive, "sync lag unknown", "0 pending");

    // The windows that would prove a soak are not collected yet: outside a rehearsal that is missing evidence, and it holds.
    private static Blocker Soak(string what, Evidence evidence) =>
        Of(what, evidence.Rehearsal ? Pass : Inconclusive, evidence.Rehearsal ? "rehearsal" : "no evidence", what);

    private static Blocker Of(string gate, string status, string observed, string required) => new(gate, status, observed, required, null);
}
