using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace GaiaOrleans.Silo.Postgres.Sessions;

/// <summary>Rows in the binary form of COPY, put together in memory: the driver's own writer costs as much for each value as this does for a row.</summary>
internal sealed class CopyBuffer
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private const byte JsonbVersion = 1;
    private static readonly DateTime Epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly ArrayBufferWriter<byte> _bytes = new(128 * 1024);

    /// <summary>Signature, flags, length of a header extension.</summary>
    private static ReadOnlySpan<byte> Header => [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 0xFF, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];

    public CopyBuffer() => _bytes.Write(Header);

    public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

    public void Row(int columns) => Int16((short)columns);

    public void End() => Int16(-1);

    public void Null() => Int32(-1);

    /// <exception cref="ArgumentException">Half of a character.</exception>
    public void Text(string? text)
    {
        if (text is null) Null();
        else Utf8(text, version: null);
    }

    /// <param name="json">JSON text.</param>
    public void Jsonb(string? json)
    {
        if (json is null) Null();
        else Utf8(json, JsonbVersion);
    }

    /// <param name="utf8">Valid, which what was read from a document is.</param>
    public void Text(ReadOnlySpan<byte> utf8)
    {
        Int32(utf8.Length);
        utf8.CopyTo(Next(utf8.Length));
    }

    /// <param name="json">JSON text.</param>
    public void Jsonb(ReadOnlySpan<byte> json)
    {
        Int32(1 + json.Length);
        var value = Next(1 + json.Length);
        value[0] = JsonbVersion;
        json.CopyTo(value[1..]);
    }

    public void Bytes(byte[]? bytes)
    {
        if (bytes is null) Null();
        else Text(bytes);
    }

    public void Integer(int number)
    {
        Int32(4);
        Int32(number);
    }

    public void Bigint(long number)
    {
        Int32(8);
        BinaryPrimitives.WriteInt64BigEndian(Next(8), number);
    }

    public void Uuid(Guid id)
    {
        Int32(16);
        id.TryWriteBytes(Next(16), bigEndian: true, out _);
    }

    /// <summary>To the microsecond; the first moment of all is minus infinity, as the driver has it.</summary>
    public void Timestamp(DateTime? utc)
    {
        if (utc is { } time) Bigint(time == DateTime.MinValue ? long.MinValue : (time.Ticks - Epoch.Ticks) / TimeSpan.TicksPerMicrosecond);
        else Null();
    }

    private void Utf8(string text, byte? version)
    {
        var head = version is null ? 0 : 1;
        var span = _bytes.GetSpan(4 + head + Strict.GetMaxByteCount(text.Length));
        var length = head + Strict.GetBytes(text, span[(4 + head)..]);
        if (version is { } first) span[4] = first;
        BinaryPrimitives.WriteInt32BigEndian(span, length);
        _bytes.Advance(4 + length);
    }

    private void Int16(short number) => BinaryPrimitives.WriteInt16BigEndian(Next(2), number);

    private void Int32(int number) => BinaryPrimitives.WriteInt32BigEndian(Next(4), number);

    private Span<byte> Next(int length)
    {
        var span = _bytes.GetSpan(length)[..length];
        _bytes.Advance(length);
        return span;
    }
}
