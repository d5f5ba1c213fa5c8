using System.IO.Hashing;
using System.Text;

namespace GaiaOrleans.Grains.Runs;

/// <summary>Which ids a walk has come by: eight bytes each, so that a million of them are no burden. Two ids that share a hash hide one difference in 2^64.</summary>
public sealed class SeenSessions
{
    private readonly HashSet<ulong> _hashes = [];

    public void Add(string id) => _hashes.Add(Mark(id));

    public bool Contains(string id) => _hashes.Contains(Mark(id));

    public void Clear() => _hashes.Clear();

    private static ulong Mark(string id) => XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(id));
}
