using System.Text.Json;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Telemetry;

namespace GaiaOrleans.Grains.Runs;

/// <summary>What a look at buckets found.</summary>
/// <param name="Suspects">Sessions that may differ: for themselves to say.</param>
/// <param name="Seals">Of the buckets without any.</param>
public sealed record BucketFindings(IReadOnlyList<string> Suspects, IReadOnlyList<BucketSeal> Seals);

/// <summary>
/// Compares buckets of legacy's list with the rows. One whose seal still holds is not compared again: its records are hashed as they came, and
/// of its rows the database answers a number each.
/// </summary>
public sealed class BucketCheck(ISessionStore store, IRunLedger ledger, DiffRules rules, SessionInstruments instruments)
{
    public async Task<BucketFindings> Look(IReadOnlyList<ListBucket> buckets, RolloutState rollout, CancellationToken cancellationToken)
    {
        if (buckets.Count == 0) return new([], []);
        var terms = BucketSeal.TermsOf(rules, rollout);
        var holding = await Holding(buckets, terms, cancellationToken);
        var changed = buckets.Where(b => !holding.ContainsKey(b)).ToList();
        var suspects = new List<string>();
        var seals = new List<BucketSeal>(holding.Values);
        // The rows of the next are on their way while those of one are compared.
        var coming = Rows(changed, 0, cancellationToken);
        for (var i = 0; i < changed.Count; i++)
        {
            var rows = await coming;
            coming = Rows(changed, i + 1, cancellationToken);
            var bucket = changed[i];
            var noise = new Dictionary<string, int>();
            var differing = bucket.Sessions.Where(s => s.Id is { } id && !Equal(s, rows.GetValueOrDefault(id), noise)).Select(s => s.Id!).ToList();
            suspects.AddRange(differing);
            if (differing.Count == 0 && BucketSeal.HashOf(terms, bucket, rows.ToDictionary(r => r.Key, r => r.Value.Print)) is { } hash) seals.Add(new(bucket.Key, hash, noise));
            // Of what is not sealed as well; what differs is compared by its session once more, which counts what it excuses.
            else instruments.OnNoise(noise);
        }

        foreach (var seal in seals) instruments.OnNoise(seal.Noise);
        return new(suspects, seals);
    }

    private async Task<Dictionary<ListBucket, BucketSeal>> Holding(IReadOnlyList<ListBucket> buckets, byte[] terms, CancellationToken cancellationToken)
    {
        var seals = (await ledger.Seals([.. buckets.Select(b => b.Key)], cancellationToken)).ToDictionary(s => s.Key);
        var candidates = buckets.Where(b => seals.ContainsKey(b.Key)).ToList();
        if (candidates.Count == 0) return [];
        var prints = (await store.Prints(Ids(candidates), cancellationToken)).ToDictionary(p => p.Id, p => p.Print);
        return candidates.Where(b => BucketSeal.HashOf(terms, b, prints) == seals[b.Key].Hash).ToDictionary(b => b, b => seals[b.Key]);
    }

    private async Task<Dictionary<string, ComparedRow>> Rows(IReadOnlyList<ListBucket> buckets, int index, CancellationToken cancellationToken) =>
        index == buckets.Count ? [] : (await store.Compared(Ids([buckets[index]]), cancellationToken)).ToDictionary(r => r.Id);

    private static List<string> Ids(IReadOnlyList<ListBucket> buckets) => [.. buckets.SelectMany(b => b.Sessions).Where(s => s.Id is not null).Select(s => s.Id!)];

    private bool Equal(LegacyListed listed, ComparedRow? row, Dictionary<string, int> noise)
    {
        if (row is not { Document: { } document, Pending: false }) return false;
        try
        {
            using var python = JsonDocument.Parse(listed.Raw);
            using var go = document.Parse();
            var diff = SessionDiff.Compare(python.RootElement, go.RootElement, rules);
            if (diff.Equal)
                foreach (var (rule, count) in diff.Noise)
                    noise[rule] = noise.GetValueOrDefault(rule) + count;
            return diff.Equal;
        }
        // What cannot be read here is for the session itself to say.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
