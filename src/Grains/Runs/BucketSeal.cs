using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Runs;

/// <summary>A bucket whose sessions were all found equal, and what both sides held at that moment.</summary>
/// <param name="Key">Of the bucket in legacy's list.</param>
/// <param name="Hash">Over both sides and the terms of the comparison: while it stays the same, comparing would find the same.</param>
/// <param name="Noise">What the rules excused in it: still excused when it is not compared again.</param>
public sealed record BucketSeal(string Key, Guid Hash, IReadOnlyDictionary<string, int> Noise)
{
    /// <summary>
    /// What a comparison depends on beside the two sides. Code counts as well: another build may compare in another way, so it
    /// trusts no seal but its own.
    /// </summary>
    public static byte[] TermsOf(DiffRules rules, RolloutState rollout)
    {
        var terms = FormattableString.Invariant($"{typeof(SessionDiff).Module.ModuleVersionId} {rollout.Incarnation} {rollout.Generation} {rules.Otherwise} {rules.TimestampTolerance.Ticks}");
        var fields = rules.ByField.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => $"{r.Key}={r.Value}");
        return XxHash128.Hash(Encoding.UTF8.GetBytes(string.Join(' ', fields.Prepend(terms))));
    }

    /// <param name="prints">Of the rows, by id.</param>
    /// <returns>Null when a session has no row, or legacy's record no id: there is nothing to trust.</returns>
    public static Guid? HashOf(ReadOnlySpan<byte> terms, ListBucket bucket, IReadOnlyDictionary<string, long> prints)
    {
        var hash = new XxHash128();
        hash.Append(terms);
        Span<byte> lengths = stackalloc byte[16];
        foreach (var listed in bucket.Sessions)
        {
            if (listed.Id is not { } id || !prints.TryGetValue(id, out var print)) return null;
            var key = Encoding.UTF8.GetBytes(id);
            // The lengths keep one session's bytes from being read as another's.
            BinaryPrimitives.WriteInt32LittleEndian(lengths, key.Length);
            BinaryPrimitives.WriteInt32LittleEndian(lengths[4..], listed.Raw.Length);
            BinaryPrimitives.WriteInt64LittleEndian(lengths[8..], print);
            hash.Append(lengths);
            hash.Append(key);
            hash.Append(listed.Raw);
        }

        return new(hash.GetCurrentHash());
    }
}
