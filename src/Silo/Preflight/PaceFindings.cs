using System.Globalization;
using GaiaOrleans.Silo.Legacy;

namespace GaiaOrleans.Silo.Preflight;

/// <summary>Whether GAIA_HOME is quick and steady enough for the configured patience.</summary>
internal static class PaceFindings
{
    public static IEnumerable<Finding> Of(PreflightFacts facts, LegacyOptions configured)
    {
        if (facts.OutOfTime)
            yield return Finding.Warning("out_of_time", "The time limit ended the probe; what is missing was not looked at.", Ms(facts.TookMs), "Set Preflight__TimeLimit higher.");
        if (facts is { FailedRequests: > 0, List.Shape: not null })
            yield return Finding.Warning(
                "unsteady", "Some requests were answered 5xx or not at all.", $"{facts.FailedRequests} of {facts.Requests}", "See GAIA_HOME's log; a migration repeats them, and dual-write leaves such writes to repair.");
        if (facts.SingleReadLatency is { } single && single.P95Ms > configured.Timeout.TotalMilliseconds / 2)
            yield return Finding.Warning(
                "slow_sessions", "Single sessions are answered slowly, measured against the configured patience.",
                $"p95 {Ms(single.P95Ms)}, DUAL_WRITE_TIMEOUT_MS {configured.Timeout.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)}",
                $"DUAL_WRITE_TIMEOUT_MS={Patience(single).ToString(CultureInfo.InvariantCulture)}, with Legacy__TotalTimeout and Sessions__SendLease above it.");
        if (facts.ListPageLatency is { } page && page.MaxMs > configured.ListTimeout.TotalMilliseconds / 2)
            yield return Finding.Warning(
                "slow_list", "A page of the list takes long, measured against the configured patience.", $"{Ms(page.MaxMs)}, Legacy:ListTimeout {configured.ListTimeout}", "Set Legacy__ListTimeout higher, or Legacy__PageSize lower.");
    }

    /// <summary>In milliseconds: four times the p95, in whole half seconds.</summary>
    private static double Patience(Latency single) => Math.Ceiling(single.P95Ms * 4 / 500) * 500;

    private static string Ms(double ms) => string.Create(CultureInfo.InvariantCulture, $"{ms:0.#} ms");
}
