using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Runs;

namespace GaiaOrleans.Grains.Gates;

/// <summary>Phase 1: everything is there, equal, and both sides take what is written.</summary>
internal static class DualWriteGates
{
    public static GateVerdict Enabled(RolloutState state) =>
        Verdict.Of(state.DualWrite is { Enabled: true, Closing: false }, "dual_write_enabled", state.DualWrite.Closing ? "switching" : state.DualWrite.Enabled ? "on" : "off", "on");

    public static GateVerdict LedgerClosed(RolloutState state, Evidence e)
    {
        const string gate = "ledger_closed";
        const string required = "listed = migrated + skipped + failed, failed = 0";
        if (Completed(e.Migrate, state, gate, required) is { } unknown) return unknown;
        var run = e.Migrate!;
        var closed = run.Listed == run.Migrated + run.Skipped + run.Failed && run.Failed == 0;
        return Verdict.Of(closed, gate, $"{run.Listed} listed, {run.Migrated} migrated, {run.Skipped} skipped, {run.Failed} failed", required, Source(run), run.FinishedAt);
    }

    public static GateVerdict Verified(RolloutState state, Evidence e)
    {
        const string gate = "verified";
        const string required = "a full verification with 0 mismatches";
        if (Completed(e.Verify, state, gate, required) is { } unknown) return unknown;
        var run = e.Verify!;
        return Verdict.Of(run is { Mismatched: 0, Failed: 0, Pending: 0 }, gate, $"{run.Mismatched} mismatched, {run.Failed + run.Pending} unverified of {run.Done}", required, Source(run), run.FinishedAt);
    }

    public static GateVerdict Success(RolloutState state, Evidence e)
    {
        const string gate = "dual_write_success";
        var required = $"> {Verdict.Percent(e.Required.DualWriteSuccess)} of {e.Required.MinWrites} writes or more";
        var evidence = Since(state);
        if (e.Windows?.Counts is not { } w) return Verdict.Unknown(gate, "no windows", required, evidence);
        if (w.Total == 0) return Verdict.Unknown(gate, "no writes", required, evidence);
        var observed = $"{Verdict.Percent((double)w.Successful / w.Total)} of {w.Total} writes";
        // What is too few to tell well is enough to tell ill: more failures than the whole sample may have are there already.
        var allowed = (1 - (decimal)e.Required.DualWriteSuccess) * Math.Max(w.Total, e.Required.MinWrites);
        if (w.Total - w.Successful >= allowed && w.Total > w.Successful) return Verdict.Fail(gate, observed, required, evidence);
        return w.Total < e.Required.MinWrites ? Verdict.Unknown(gate, observed, required, evidence) : Verdict.Pass(gate, observed, required, evidence);
    }

    public static string Since(RolloutState state) => $"windows since {Verdict.Text(state.PhaseSince)}";

    /// <summary>Null when the run says something about now: it went to its end, did what it counted, and dual-write has been on ever since it began.</summary>
    private static GateVerdict? Completed(RunStatus? run, RolloutState state, string gate, string required) => run switch
    {
        not { State: RunState.Completed } => Verdict.Unknown(gate, run is null or { State: RunState.Waiting } ? "no completed run" : $"the last run is {run.State.ToString().ToLowerInvariant()}", required, run is null ? null : Source(run)),
        { DryRun: true } => Verdict.Unknown(gate, "the last run was a dry run", required, Source(run)),
        { Reason: { } reason } => Verdict.Unknown(gate, reason, required, Source(run)),
        _ when run.Generation != state.Generation => Verdict.Unknown(gate, "the last run was before dual-write was switched", required, $"{Source(run)}, generation {run.Generation}; now {state.Generation}"),
        _ => null,
    };

    private static string Source(RunStatus run) => $"run {run.RunId ?? "-"}{(run.FinishedAt is { } at ? $", finished {Verdict.Text(at)}" : "")}";
}
