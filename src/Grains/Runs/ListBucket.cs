using System.IO.Hashing;
using System.Text;
using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Grains.Runs;

/// <summary>A stretch of legacy's list that is verified as one.</summary>
public sealed record ListBucket(IReadOnlyList<LegacyListed> Sessions)
{
    /// <summary>One session in so many ends a bucket.</summary>
    public const uint Typical = 256;

    /// <summary>However the ids fall, no more is kept in memory.</summary>
    public const int Largest = 2_048;

    /// <summary>Whichever session ends it; one whose last record has no id is never sealed.</summary>
    public string Key => Sessions[^1].Id ?? "";

    /// <summary>
    /// The list cut where ids say so and not by counting: a session that comes or goes changes its own bucket, and not where all that follow
    /// begin. Of pages that are cut by counting every later one would be another.
    /// </summary>
    /// <param name="open">What the page before left over.</param>
    /// <param name="last">Nothing follows: what is left is a bucket, too.</param>
    public static (IReadOnlyList<ListBucket> Closed, IReadOnlyList<LegacyListed> Open) Cut(IReadOnlyList<LegacyListed> open, IReadOnlyList<LegacyListed> page, bool last)
    {
        var closed = new List<ListBucket>();
        var current = new List<LegacyListed>(open);
        foreach (var listed in page)
        {
            current.Add(listed);
            if (current.Count < Largest && !(listed.Id is { } id && Ends(id))) continue;
            closed.Add(new(current));
            current = [];
        }

        if (!last || current.Count == 0) return (closed, current);
        closed.Add(new(current));
        return (closed, []);
    }

    private static bool Ends(string id) => XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(id)) % Typical == 0;
}
