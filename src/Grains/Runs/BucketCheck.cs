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
    // While one is compared the rows of the others are on their way.
    private const int AtOnce = 3;

    public async Task<BucketFindings> Look(IReadOnlyList<ListBucket> buckets, RolloutState rollout, CallTimes times, CancellationToken cancellationToken)
    {
        if (buckets.Count == 0) return new([], []);
        var terms = BucketSeal.TermsOf(rules, rollout);
        var holding = await Holding(buckets, terms, cancellationToken);
        var changed = await FanOut.Each([.. buckets.Where(b => !holding.ContainsKey(b))], AtOnce, b => times.MeasureRows(b.Sessions.Count, () => Compare(b, terms, cancellationToken)));
        List<BucketSeal> seals = [.. holding.Values, .. changed.Select(c => c.Seal).OfType<BucketSeal>()];
        foreach (var seal in seals) instruments.OnNoise(seal.Noise);
        return new([.. changed.SelectMany(c => c.Suspects)], seals);
    }

    private async Task<(IReadOnlyList<string> Suspects, BucketSeal? Seal)> Compare(ListBucket bucket, byte[] terms, CancellationToken cancellationToken)
    {
        var listed = bucket.Sessions.Where(s => s.Id is not null).ToLookup(s => s.Id!);
        var noise = new Dictionary<string, int>();
        var rows = await store.Compared([.. listed.Select(l => l.Key)], row => (row.Id, row.Print, Equal: listed[row.Id].All(s => Equal(s, row, noise))), cancellationToken);
        var equal = rows.Where(r => r.Equal).ToDictionary(r => r.Id, r => r.Print);
        var suspects = listed.Select(l => l.Key).Where(id => !equal.ContainsKey(id)).ToList();
        if (suspects.Count == 0 && BucketSeal.HashOf(terms, bucket, equal) is { } hash) return ([], new(bucket.Key, hash, noise));
        // Of what is not sealed as well; what differs is compared by its session once more, which counts what it excuses.
        instruments.OnNoise(noise);
        return (suspects, null);
    }

    private async Task<Dictionary<ListBucket, BucketSeal>> Holding(IReadOnlyList<ListBucket> buckets, byte[] terms, CancellationToken cancellationToken)
    {
        var seals = (await ledger.Seals([.. buckets.Select(b => b.Key)], cancellationToken)).ToDictionary(s => s.Key);
        var candidates = buckets.Where(b => seals.ContainsKey(b.Key)).ToList();
        if (candidates.Count == 0) return [];
        var prints = (await store.Prints([.. candidates.SelectMany(Ids)], cancellationToken)).ToDictionary(p => p.Id, p => p.Print);
        return candidates.Where(b => BucketSeal.HashOf(terms, b, prints) == seals[b.Key].Hash).ToDictionary(b => b, b => seals[b.Key]);
    }

    private static IEnumerable<string> Ids(ListBucket bucket) => bucket.Sessions.Where(s => s.Id is not null).Select(s => s.Id!);

    private bool Equal(LegacyListed listed, ComparedRow row, Dictionary<string, int> noise)
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
