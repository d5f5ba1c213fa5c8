using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace GaiaOrleans.Contracts.Archives;

/// <summary>
/// The rule of an evidence archive, for whoever writes one and whoever verifies it. A line is
/// <c>{"seq":N,"kind":"K","data":D,"prev":"H","hash":"H"}</c>, spelled exactly like this. Its hash is SHA-256 over the 32 bytes of prev, which is the hash
/// of the line before (zeros in the first one), and the line's own bytes up to <c>,"prev"</c>. The last line is of kind <c>end</c>: without it the archive
/// is not whole. Whoever can write a whole new archive can write a valid one: what proves one is its final hash, kept somewhere else.
/// </summary>
public sealed class EvidenceChain
{
    /// <summary>The kind of the first line.</summary>
    public const string Header = "header";

    /// <summary>The kind of the last line, which says how many there are and which hash the one before it has.</summary>
    public const string End = "end";

    private const int Size = 32;
    private static readonly byte[] Prev = ",\"prev\":\""u8.ToArray();
    private static readonly byte[] Hash = "\",\"hash\":\""u8.ToArray();
    private static readonly byte[] Close = "\"}"u8.ToArray();
    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789abcdef"u8);
    private static readonly int TailLength = Prev.Length + 2 * Size + Hash.Length + 2 * Size + Close.Length;

    private byte[] _last = new byte[Size];

    /// <summary>How many lines there have been.</summary>
    public long Count { get; private set; }

    /// <summary>The last line was the end.</summary>
    public bool Ended { get; private set; }

    /// <summary>The hash of the last line, in hexadecimal digits.</summary>
    public string LastHash => Convert.ToHexStringLower(_last);

    /// <summary>The next line, without a line feed.</summary>
    /// <param name="data">JSON without line feeds.</param>
    public byte[] Add(string kind, string data)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"seq\":{Count + 1},\"kind\":\"{kind}\",\"data\":{data}"));
        var hash = HashOf(_last, head);
        byte[] line = [.. head, .. Prev, .. Hex(_last), .. Hash, .. Hex(hash), .. Close];
        Step(hash, kind);
        return line;
    }

    /// <summary>The last line.</summary>
    public byte[] AddEnd() => Add(End, string.Create(CultureInfo.InvariantCulture, $"{{\"count\":{Count + 1},\"last\":\"{LastHash}\"}}"));

    /// <summary>Takes the next line of an archive, without its line feed.</summary>
    /// <returns>What is wrong with it; null = it is the line that belongs here.</returns>
    public string? Take(ReadOnlySpan<byte> line)
    {
        if (Ended) return "comes after the end";
        if (line.Length <= TailLength) return "is no line of an archive";
        var head = line[..^TailLength];
        var tail = line[^TailLength..];
        var prev = new byte[Size];
        var hash = new byte[Size];
        if (!Read(ref tail, Prev) || !ReadHash(ref tail, prev) || !Read(ref tail, Hash) || !ReadHash(ref tail, hash) || !tail.SequenceEqual(Close)) return "is no line of an archive";
        if (!HashOf(prev, head).AsSpan().SequenceEqual(hash)) return "was changed";
        if (!prev.AsSpan().SequenceEqual(_last)) return "does not follow the line before it: lines were removed, added or moved";
        if (Kind(head) is not { } kind) return "is no line of an archive";
        if (Count == 0 && kind != Header) return "is not the header that an archive begins with";
        Step(hash, kind);
        return null;
    }

    private void Step(byte[] hash, string kind)
    {
        (_last, Ended) = (hash, kind == End);
        Count++;
    }

    /// <summary>Null when the head is not what it should be at this place.</summary>
    private string? Kind(ReadOnlySpan<byte> head)
    {
        try
        {
            using var json = JsonDocument.Parse((byte[])[.. head, (byte)'}']);
            var root = json.RootElement;
            if (root.GetProperty("seq").GetInt64() != Count + 1) return null;
            var kind = root.GetProperty("kind").GetString();
            return kind == End && root.GetProperty("data").GetProperty("count").GetInt64() != Count + 1 ? null : kind;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null; // valid by its hash, and yet nothing that an archive holds
        }
    }

    private static byte[] HashOf(ReadOnlySpan<byte> prev, ReadOnlySpan<byte> head)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(prev);
        sha.AppendData(head);
        return sha.GetHashAndReset();
    }

    private static byte[] Hex(ReadOnlySpan<byte> hash) => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash));

    private static bool Read(ref ReadOnlySpan<byte> from, ReadOnlySpan<byte> expected)
    {
        if (!from.StartsWith(expected)) return false;
        from = from[expected.Length..];
        return true;
    }

    private static bool ReadHash(ref ReadOnlySpan<byte> from, Span<byte> hash)
    {
        var hex = from[..(2 * Size)];
        from = from[(2 * Size)..];
        // One spelling only: another one would be a change that the hash does not show.
        return !hex.ContainsAnyExcept(Digits) && Convert.FromHexString(Encoding.ASCII.GetString(hex), hash, out _, out _) == OperationStatus.Done;
    }
}
