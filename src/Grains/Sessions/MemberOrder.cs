using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>
/// An object's members by name, ordinally in UTF-16; of duplicates the first comes first. Where there are few and all are plain ASCII, as those of sessions are, their
/// bytes have that order already and no string is made of them: a migration sorts the members of millions of records.
/// </summary>
internal static class MemberOrder
{
    // Beyond it insertion takes longer than what it saves.
    private const int Few = 32;

    /// <param name="members">Filled with the members as they came; at least as long as there are.</param>
    /// <param name="order">Filled with their places in <paramref name="members"/>, sorted; as long as there are.</param>
    public static void Of(JsonElement value, JsonProperty[] members, Span<int> order)
    {
        var few = order.Length <= Few;
        Span<ulong> prefixes = stackalloc ulong[Few];
        var plain = true;
        var count = 0;
        foreach (var member in value.EnumerateObject())
        {
            (members[count], order[count]) = (member, count);
            if (few)
            {
                plain &= IsPlain(member);
                prefixes[count] = Prefix(JsonMarshal.GetRawUtf8PropertyName(member));
            }

            count++;
        }

        if (few && plain) Insert(members, order, prefixes);
        else SortByText(members, order);
    }

    /// <summary>Its bytes are its text.</summary>
    public static bool IsPlain(JsonProperty member) => JsonMarshal.GetRawUtf8PropertyName(member) is var raw && Ascii.IsValid(raw) && !raw.Contains((byte)'\\');

    private static void SortByText(JsonProperty[] members, Span<int> order) =>
        order.Sort((a, b) => string.CompareOrdinal(members[a].Name, members[b].Name) is var by and not 0 ? by : a.CompareTo(b));

    private static void Insert(JsonProperty[] members, Span<int> order, ReadOnlySpan<ulong> prefixes)
    {
        for (var i = 1; i < order.Length; i++)
        {
            var at = i;
            for (; at > 0 && IsAfter(order[at - 1], i, members, prefixes); at--) order[at] = order[at - 1];
            order[at] = i;
        }
    }

    private static bool IsAfter(int a, int b, JsonProperty[] members, ReadOnlySpan<ulong> prefixes) =>
        prefixes[a] != prefixes[b]
            ? prefixes[a] > prefixes[b]
            : JsonMarshal.GetRawUtf8PropertyName(members[a]).SequenceCompareTo(JsonMarshal.GetRawUtf8PropertyName(members[b])) > 0;

    /// <summary>The first eight bytes, which decide most comparisons.</summary>
    private static ulong Prefix(ReadOnlySpan<byte> name)
    {
        if (name.Length >= sizeof(ulong)) return BinaryPrimitives.ReadUInt64BigEndian(name);
        Span<byte> filled = stackalloc byte[sizeof(ulong)];
        filled.Clear();
        name.CopyTo(filled);
        return BinaryPrimitives.ReadUInt64BigEndian(filled);
    }
}
