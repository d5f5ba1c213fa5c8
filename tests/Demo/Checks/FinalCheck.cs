using System.Collections.Concurrent;
using System.Text.Json;
using GaiaOrleans.Demo.Clusters;
using GaiaOrleans.Demo.Journals;

namespace GaiaOrleans.Demo.Checks;

internal sealed record CheckResult(int Touched, int Untouched, IReadOnlyList<Mismatch> Lost, IReadOnlyList<Mismatch> Mismatches);

/// <summary>
/// Compares both sides when all is quiet and 100 % goes to the cluster: every session by value, and every acknowledged write against the
/// journal. Reads through the two HTTP interfaces only.
/// </summary>
internal sealed class FinalCheck(SideReads reads, SessionPages pages, Cluster cluster)
{
    private const int Parallel = 16;
    private const string Absent = "(absent)";

    public async Task<CheckResult> Run(IReadOnlyDictionary<string, Expectation> expectations, CancellationToken cancellation)
    {
        // Lists first: reading a single unknown session makes the cluster fetch it from GAIA_HOME, which would hide that it was missing.
        var python = await pages.Read(cluster.Legacy.Url, null, cancellation);
        var go = await pages.Read(cluster.Gateway.Url, "go", cancellation);
        var (lost, mismatches) = (new ConcurrentBag<Mismatch>(), new ConcurrentBag<Mismatch>());

        foreach (var id in python.Keys.Union(go.Keys))
        {
            var (left, right) = (python.GetValueOrDefault(id), go.GetValueOrDefault(id));
            if (left.ValueKind == JsonValueKind.Undefined || right.ValueKind == JsonValueKind.Undefined)
                mismatches.Add(new(id, "(listed)", Presence(left), Presence(right)));
            else if (!expectations.ContainsKey(id))
                AddAll(mismatches, SessionComparison.Differences(id, left, right));
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellation };
        await System.Threading.Tasks.Parallel.ForEachAsync(expectations, options, async (touched, token) =>
        {
            var (id, expectation) = touched;
            var left = await reads.Get(Urls.Session(cluster.Legacy.Url, id), token);
            var right = await reads.Get(Urls.Session(cluster.Gateway.Url, id), token);
            if (right.ServedBy != "go")
                mismatches.Add(new(id, "(served by)", "", right.ServedBy ?? "(unnamed)"));
            Judge(id, expectation, left.Body, right.Body, lost, mismatches);
        });
        return new(expectations.Count, python.Keys.Count(id => !expectations.ContainsKey(id)), Sorted(lost), Sorted(mismatches));
    }

    private static void Judge(
        string id, Expectation expectation, JsonElement? left, JsonElement? right, ConcurrentBag<Mismatch> lost, ConcurrentBag<Mismatch> mismatches)
    {
        if (!Admitted(expectation, left) || !Admitted(expectation, right))
            lost.Add(new(id, $"acknowledged: {string.Join(" or ", expectation.Allowed.Select(mark => mark?.ToString() ?? "deleted"))}", Seen(left), Seen(right)));
        else if (left is { } python && right is { } go)
            AddAll(mismatches, SessionComparison.Differences(id, python, go));
        else if (left is null != right is null)
            mismatches.Add(new(id, "(exists)", Seen(left), Seen(right)));
    }

    private static bool Admitted(Expectation expectation, JsonElement? document)
    {
        if (document is not { } found)
            return expectation.Admits(null);
        // A document without a mark is there, so it cannot pass as deleted.
        return !expectation.Demanded || (SessionMark.Of(found) is { } mark && expectation.Admits(mark));
    }

    private static string Presence(JsonElement document) => document.ValueKind == JsonValueKind.Undefined ? Absent : "listed";

    private static string Seen(JsonElement? document) => document is { } found ? SessionMark.Of(found)?.ToString() ?? "no mark" : Absent;

    private static void AddAll(ConcurrentBag<Mismatch> bag, IEnumerable<Mismatch> found)
    {
        foreach (var mismatch in found)
            bag.Add(mismatch);
    }

    private static List<Mismatch> Sorted(IEnumerable<Mismatch> found) => [.. found.OrderBy(m => m.Id, StringComparer.Ordinal).ThenBy(m => m.Field, StringComparer.Ordinal)];
}
