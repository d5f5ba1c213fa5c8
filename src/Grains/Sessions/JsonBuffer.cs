using System.Buffers;
using System.Text.Json;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>A JSON writer over memory, used again by its thread: making one costs more than writing most sessions.</summary>
public sealed class JsonBuffer
{
    // A longer one was for a rare session and is let go.
    private const int LargestKept = 64 * 1024;

    [ThreadStatic]
    private static JsonBuffer? _free;

    private readonly ArrayBufferWriter<byte> _bytes = new(1024);

    private JsonBuffer() => Writer = new(_bytes, CanonicalJson.WriterOptions);

    public Utf8JsonWriter Writer { get; }

    /// <summary>As it is, past the writer, which has written nothing then.</summary>
    public void Append(ReadOnlySpan<byte> json) => _bytes.Write(json);

    /// <summary>What was written; until it is given back.</summary>
    public ReadOnlySpan<byte> Written
    {
        get
        {
            Writer.Flush();
            return _bytes.WrittenSpan;
        }
    }

    /// <summary>Empty. Whoever takes it gives it back within the same synchronous call; one that an exception keeps from that is garbage.</summary>
    public static JsonBuffer Take()
    {
        var taken = _free ?? new();
        _free = null;
        return taken;
    }

    public void GiveBack()
    {
        if (_bytes.Capacity > LargestKept) return;
        _bytes.ResetWrittenCount();
        Writer.Reset();
        _free = this;
    }
}
