using System.Globalization;
using GaiaOrleans.Demo.Checks;
using GaiaOrleans.Demo.Clusters;
using GaiaOrleans.Demo.Journals;
using GaiaOrleans.Demo.Screens;

namespace GaiaOrleans.Demo.Acts;

/// <summary>The end of the demo as a person reads it: one table, the first differences, where to look on.</summary>
internal sealed class Verdicts(Screen screen)
{
    private const int Shown = 10;
    private const int Width = 80;

    public void Show(DemoReport report, Proof proof)
    {
        Summary.Show(report.ExitCode == 0 ? "Every acknowledged write is on both sides" : "NOT PROVEN: see what differs", screen.IsPlain, Rows(report, proof));
        List("lost", proof.Check.Lost);
        List("mismatch", proof.Check.Mismatches);
        foreach (var stale in proof.Journal.Where(entry => entry.Event == JournalEvent.Stale).Take(Shown))
            screen.Fail($"stale read {stale.Id}: {stale.Detail}");
    }

    public void Addresses(Cluster cluster)
    {
        screen.Title("The cluster is up");
        screen.Note($"gateway    {cluster.Gateway.Url}");
        screen.Note($"silos      {string.Join("  ", cluster.Silos.Select(silo => silo.Url))}");
        screen.Note($"dashboard  {Urls.Join(cluster.Silos[0].Url, "/dashboard")}");
        screen.Note($"GAIA_HOME  {cluster.Legacy.Url}");
    }

    private static List<(string, string, bool)> Rows(DemoReport report, Proof proof)
    {
        var (seen, _, check, unavailable) = proof;
        var closes = report.Listed == report.Migrated + report.Skipped + report.Failed;
        return
        [
            ("sessions on GAIA_HOME at the start", $"{report.Sessions}", true),
            ("listed = migrated + skipped + failed", $"{report.Listed} {(closes ? "=" : "is not")} {report.Migrated} + {report.Skipped} + {report.Failed}", closes && report.Failed == 0),
            ("writes acknowledged", $"{report.WritesAcknowledged}  ({seen.WritesRefused} refused, {seen.WritesUnknown} of unknown outcome)", true),
            ("writes lost", $"{report.WritesLost}", report.WritesLost == 0),
            ("reads", $"{report.Reads}", true),
            ("read errors", $"{report.ReadErrors}", true),
            ("mismatches", $"{report.Mismatches}  ({check.Touched} touched and {check.Untouched} untouched sessions compared, {seen.StaleReads} stale reads)", report.Mismatches == 0),
            ("silo killed", report.SiloKilled ?? "none", true),
            ("longest unavailability of a session", unavailable is null ? "-" : $"{Ms(unavailable.LongestMs)}  ({unavailable.FailedRequests} requests failed and were repeated)", true),
            ("rollback to 0 %", Ms(report.RollbackMs), true),
            ("p95 read from the cluster", Ms(report.Latencies.GoP95Ms), true),
            ("p95 read from GAIA_HOME", Ms(report.Latencies.PythonP95Ms), true),
            ("p95 write to both", Ms(report.Latencies.DualWriteP95Ms), true),
            ("took", string.Create(CultureInfo.InvariantCulture, $"{report.TookS:0.0} s"), true),
        ];
    }

    private void List(string what, IReadOnlyList<Mismatch> found)
    {
        foreach (var (id, field, python, go) in found.Take(Shown))
            screen.Fail($"{what} {id} / {field} / python {Short(python)} / go {Short(go)}");
        if (found.Count > Shown)
            screen.Note($"and {found.Count - Shown} more");
    }

    private static string Short(string text) => text.Length <= Width ? text : text[..Width] + "…";

    private static string Ms(double? value) => value is null ? "-" : string.Create(CultureInfo.InvariantCulture, $"{value:0.0} ms");
}
