using System.Globalization;
using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Telemetry;

namespace GaiaOrleans.Grains.Gates;

/// <summary>Phase 2: half of the traffic for long enough, with few errors and no slower than before.</summary>
internal static class GradualRolloutGates
{
    public static GateVerdict SoakAt50(RolloutState state, Evidence e) =>
        SoakGates.Of("soak_at_50", 50, e.Required.SoakAt50, e.Windows?.SoakedAt50, breach: null, state, e);

    public static GateVerdict ErrorRate(RolloutState state, Evidence e)
    {
        const string gate = "error_rate";
        var required = $"≤ {Verdict.Percent(e.Required.ErrorRate)} of {e.Required.MinWrites} requests or more";
        var evidence = DualWriteGates.Since(state);
        if (e.Windows?.Counts is not { } counts) return Verdict.Unknown(gate, "no windows", required, evidence);
        var w = counts.Go + counts.Python;
        if (w.ErrorRate is not { } rate) return Verdict.Unknown(gate, "no requests", required, evidence);
        var observed = $"{Verdict.Percent(rate)} of {w.Requests} requests";
        evidence += $"; charged to the target {counts.Go.Errors} of {counts.Go.Requests}, to legacy {counts.Python.Errors} of {counts.Python.Requests}";
        if (w.Errors > (decimal)e.Required.ErrorRate * Math.Max(w.Requests, e.Required.MinWrites)) return Verdict.Fail(gate, observed, required, evidence);
        return w.Requests < e.Required.MinWrites ? Verdict.Unknown(gate, observed, required, evidence) : Verdict.Pass(gate, observed, required, evidence);
    }

    public static GateVerdict LatencyRatio(RolloutState state, Evidence e)
    {
        const string gate = "latency_ratio";
        var required = string.Create(CultureInfo.InvariantCulture, $"target p95 ≤ {e.Required.LatencyRatio:0.##} × legacy p95");
        var evidence = DualWriteGates.Since(state);
        if (e.Windows?.Latencies is not { } w || P95(w.Go) is not { } go || P95(w.Python) is not { } python) return Verdict.Unknown(gate, "not both sides were called", required, evidence);
        var observed = string.Create(CultureInfo.InvariantCulture, $"{go:0.##} ms to {python:0.##} ms");
        evidence += $": {w.Go.Sum()} calls of the target, {w.Python.Sum()} of legacy";
        return Math.Min(w.Go.Sum(), w.Python.Sum()) < e.Required.MinWrites
            ? Verdict.Unknown(gate, observed, required, evidence)
            : Verdict.Of(go <= e.Required.LatencyRatio * python, gate, observed, required, evidence);
    }

    private static double? P95(long[] counts) => LatencyHistogram.Percentile(counts, 0.95);
}
