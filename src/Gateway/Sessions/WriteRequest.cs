using System.Buffers;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Problems;

namespace GaiaOrleans.Gateway.Sessions;

/// <summary>A change as an HTTP request carries it.</summary>
public sealed record WriteRequest(string Id, SessionChange Change, long? ExpectedVersion, string? IdempotencyKey)
{
    private const int LongestKey = 255;

    public static async Task<WriteRequest> Read(HttpContext context, int maxBody, CancellationToken cancellationToken)
    {
        var kind = context.Request.Method switch
        {
            "POST" => ChangeKind.Create,
            "PUT" => ChangeKind.Replace,
            "PATCH" => ChangeKind.Merge,
            "DELETE" => ChangeKind.Delete,
            var other => throw new InvalidOperationException($"{other} is no change."),
        };
        var key = Key(context.Request.Headers["Idempotency-Key"]);
        var body = kind == ChangeKind.Delete ? [] : await Body(context.Request, maxBody, cancellationToken);
        var id = kind == ChangeKind.Create ? CreatedId(body, key) : SessionPath.IdOf(context);
        return new(id, new(kind, body), Version(context.Request.Headers.IfMatch), key);
    }

    private static async Task<byte[]> Body(HttpRequest request, int maxBody, CancellationToken cancellationToken)
    {
        if (request.ContentLength > maxBody) throw TooLarge(maxBody);
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            if (read.Buffer.Length > maxBody) throw TooLarge(maxBody);
            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return body;
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static TooLargeException TooLarge(int maxBody) => new($"The body is larger than {maxBody} bytes.");

    /// <summary>The body's own id, else one made for it; a keyed request gets the same one again when it is repeated.</summary>
    private static string CreatedId(byte[] body, string? key)
    {
        using var json = Parse(body);
        if (json.RootElement.ValueKind != JsonValueKind.Object) throw InvalidInputException.Json("The body must be a JSON object.");
        if (json.RootElement.TryGetProperty("id", out var id))
            return id.ValueKind == JsonValueKind.String ? SessionPath.Check(id.GetString()!) : throw InvalidInputException.Field("id", "must be a string");
        return key is null
            ? Guid.CreateVersion7().ToString()
            : new Guid(XxHash128.Hash(Encoding.UTF8.GetBytes(key))).ToString();
    }

    private static JsonDocument Parse(byte[] body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException e)
        {
            throw InvalidInputException.Json($"The body is not JSON: {e.Message}");
        }
    }

    private static string? Key(string? header)
    {
        if (string.IsNullOrEmpty(header)) return null;
        return header.Length <= LongestKey ? header : throw InvalidInputException.Field("Idempotency-Key", $"is longer than {LongestKey} characters");
    }

    /// <summary>If-Match is one of our ETags: a quoted version. The star asks for nothing that PATCH and DELETE do not check anyway.</summary>
    private static long? Version(string? ifMatch)
    {
        if (string.IsNullOrEmpty(ifMatch) || ifMatch == "*") return null;
        return long.TryParse(ifMatch.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw InvalidInputException.Field("If-Match", "must be an ETag that this API gave, for example \"3\"");
    }
}
