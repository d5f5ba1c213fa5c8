using System.Text.Json;
using System.Text.Unicode;
using GaiaOrleans.Contracts.Problems;

namespace GaiaOrleans.Gateway;

/// <summary>A control-plane body, read as JSON whatever its Content-Type says: the guide's <c>curl -d</c> sends form data.</summary>
public static class JsonBody
{
    private const int Largest = 65_536;

    /// <exception cref="InvalidInputException">Not JSON, or a member that is not known or has the wrong type, which is named.</exception>
    public static async Task<T> Read<T>(HttpContext context, CancellationToken cancellationToken)
        where T : class => Parse<T>(await Bytes(context.Request, cancellationToken));

    /// <summary>Null when there is none: a chunked one does not say beforehand whether anything comes.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public static async Task<T?> ReadIfAny<T>(HttpContext context, CancellationToken cancellationToken)
        where T : class => await Bytes(context.Request, cancellationToken) is { Length: > 0 } body ? Parse<T>(body) : null;

    private static T Parse<T>(ReadOnlyMemory<byte> body)
    {
        // A value that is kept as it came is not read by anybody here.
        if (!Utf8.IsValid(body.Span)) throw InvalidInputException.Json("The body is not UTF-8.");
        try
        {
            var read = JsonSerializer.Deserialize<T>(body.Span, GaiaJson.Options) ?? throw InvalidInputException.Json("The body must be a JSON object.");
            Check(body.Span, [.. GaiaJson.Options.GetTypeInfo(typeof(T)).Properties.Where(member => member.Set is not null).Select(member => member.Name)]);
            return read;
        }
        catch (JsonException e)
        {
            var field = e.Path?.TrimStart('$', '.');
            // Broken syntax is reported at the member it broke in, with the reader's own complaint inside.
            if (e.InnerException is JsonException) throw InvalidInputException.Json($"The body is not JSON: {e.InnerException.Message}{Remedy(body.Span)}");
            throw string.IsNullOrEmpty(field)
                ? InvalidInputException.Json("The body must be a JSON object.")
                : InvalidInputException.Field(field, "has a value of the wrong type");
        }
    }

    /// <summary>
    /// A misspelt member counted as left out, and what is done without it is often more: every session's conflicts instead of one's, back to 0 % instead of 10, a run
    /// instead of a rehearsal. U+0000 no text of the database can hold, and nobody means it.
    /// </summary>
    private static void Check(ReadOnlySpan<byte> body, IReadOnlyList<string> known)
    {
        var reader = new Utf8JsonReader(body);
        var member = "$";
        while (reader.Read())
        {
            string? text;
            try
            {
                text = reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String ? reader.GetString() : null;
            }
            catch (InvalidOperationException)
            {
                throw InvalidInputException.Field(member, "has half a surrogate pair, which is no text");
            }

            if (text?.Contains('\0') == true) throw InvalidInputException.Field(member, "has the character U+0000, which cannot be stored");
            if (reader is not { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 }) continue;
            member = text!;
            if (!known.Contains(member, StringComparer.OrdinalIgnoreCase)) throw InvalidInputException.Field(member, $"is not known here; what can be given: {string.Join(", ", known)}");
        }
    }

    /// <summary>The guide's own loop: jq without -r leaves its quotes around the id, and the loop puts it between two more.</summary>
    private static string Remedy(ReadOnlySpan<byte> body)
    {
        var at = body.IndexOf("\"\""u8);
        return at >= 0 && at + 2 < body.Length && char.IsAsciiLetterOrDigit((char)body[at + 2]) ? " A value stands in doubled quotes: a shell loop over jq needs jq -r." : "";
    }

    private static async Task<ReadOnlyMemory<byte>> Bytes(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > Largest) throw TooLarge();
        using var buffer = new MemoryStream();
        var chunk = new byte[4_096];
        // A chunked body does not say how long it is.
        while (await request.Body.ReadAsync(chunk, cancellationToken) is var read and > 0)
        {
            if (buffer.Length + read > Largest) throw TooLarge();
            buffer.Write(chunk, 0, read);
        }

        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);

        static TooLargeException TooLarge() => new($"The body is larger than {Largest} bytes.");
    }
}
