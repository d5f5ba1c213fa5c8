using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Silo.Postgres.Sessions;

/// <summary>
/// A session's latest changes as bytes: the form's number, then for each the length of its hash, the hash, version, time in ticks of UTC, request id
/// and status. It is written with every change, and a busy session remembers thirty. A hash that was not answered begins with a mark: a build before this one takes it for
/// one that no document has.
/// </summary>
internal static class SentBytes
{
    private const byte Form = 1;
    private const char Unanswered = '!';
    private const int Fixed = 1 + sizeof(long) + sizeof(long) + 16 + sizeof(short);

    /// <summary>Null = nothing is remembered.</summary>
    public static byte[]? Of(ImmutableArray<SentDocument> sends)
    {
        if (sends.IsEmpty) return null;
        var bytes = new byte[1 + sends.Sum(s => Fixed + Encoding.UTF8.GetByteCount(Marked(s)))];
        bytes[0] = Form;
        var rest = bytes.AsSpan(1);
        foreach (var sent in sends)
        {
            var hash = Encoding.UTF8.GetBytes(Marked(sent), rest[1..]);
            rest[0] = checked((byte)hash);
            rest = rest[(1 + hash)..];
            BinaryPrimitives.WriteInt64BigEndian(rest, sent.Version);
            BinaryPrimitives.WriteInt64BigEndian(rest[8..], sent.At.UtcTicks);
            sent.RequestId.TryWriteBytes(rest[16..], bigEndian: true, out _);
            BinaryPrimitives.WriteInt16BigEndian(rest[32..], checked((short)sent.Status));
            rest = rest[(Fixed - 1)..];
        }

        return bytes;
    }

    /// <exception cref="InvalidDataException">It is none of the forms that this build knows.</exception>
    public static ImmutableArray<SentDocument> Read(byte[]? bytes)
    {
        if (bytes is null) return [];
        if (bytes.Length == 0 || bytes[0] != Form) throw new InvalidDataException($"What a session remembers of its changes has the form {(bytes.Length == 0 ? "of nothing" : bytes[0])}, which this build does not know.");
        var sends = ImmutableArray.CreateBuilder<SentDocument>();
        for (var rest = bytes.AsSpan(1); rest.Length > 0;)
        {
            var hash = Encoding.UTF8.GetString(rest.Slice(1, rest[0]));
            rest = rest[(1 + rest[0])..];
            var marked = hash.StartsWith(Unanswered);
            sends.Add(new(
                marked ? hash[1..] : hash, BinaryPrimitives.ReadInt64BigEndian(rest), new(BinaryPrimitives.ReadInt64BigEndian(rest[8..]), TimeSpan.Zero), new(rest.Slice(16, 16), bigEndian: true),
                BinaryPrimitives.ReadInt16BigEndian(rest[32..]), marked));
            rest = rest[(Fixed - 1)..];
        }

        return sends.ToImmutable();
    }

    private static string Marked(SentDocument sent) => sent.Unanswered ? Unanswered + sent.Hash : sent.Hash;
}
