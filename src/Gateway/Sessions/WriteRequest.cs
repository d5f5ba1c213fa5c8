using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Problems;

namespace GaiaOrleans.Gateway.Sessions;

/// <summary>A change as an HTTP request carries it.</summary>
/// <param name="MustBeNew">A PUT that is to replace nothing (If-None-Match: *).</param>
public sealed record WriteRequest(string Id, SessionChange Change, IfMatch? Match, bool MustBeNew, string? IdempotencyKey)
{
    private const int LongestKey = 255;

    public static WriteRequest Of(HttpContext context, RequestBody body, int maxBody)
    {
        var headers = context.Request.Headers;
        var mustBeNew = HttpMethods.IsPut(context.Request.Method) && IfNoneMatch.IsStar(headers.IfNoneMatch);
        var kind = context.Request.Method switch
        {
            "POST" => ChangeKind.Create,
            "PUT" => mustBeNew ? ChangeKind.Create : ChangeKind.Replace,
            "PATCH" => ChangeKind.Merge,
            "DELETE" => ChangeKind.Delete,
            var other => throw new InvalidOperationException($"{other} is no change."),
        };
        var key = Key(headers["Idempotency-Key"]);
        var bytes = kind == ChangeKind.Delete ? [] : body.Bytes ?? throw new TooLargeException($"The body is larger than {maxBody} bytes.");
        var id = HttpMethods.IsPost(context.Request.Method) ? CreatedId(bytes, key) : SessionPath.IdOf(context);
        return new(id, new(kind, bytes), IfMatch.Of(headers.IfMatch), mustBeNew, key);
    }

    /// <summary>The body's own id, else one made for it; a keyed request gets the same one again when it is repeated.</summary>
    private static string CreatedId(byte[] body, string? key)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object) throw InvalidInputException.Json("The body must be a JSON object.");
            if (json.RootElement.TryGetProperty("id", out var id))
                return id.ValueKind == JsonValueKind.String ? SessionPath.Check(id.GetString()!) : throw InvalidInputException.Field("id", "must be a string");
        }
        // The reader's word for half a character, in a name or a value.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw InvalidInputException.Json($"The body is not JSON: {e.Message}");
        }

        return key is null
            ? Guid.CreateVersion7().ToString()
            : new Guid(XxHash128.Hash(Encoding.UTF8.GetBytes(key))).ToString();
    }

    private static string? Key(string? header)
    {
        if (string.IsNullOrEmpty(header)) return null;
        return header.Length <= LongestKey ? header : throw InvalidInputException.Field("Idempotency-Key", $"is longer than {LongestKey} characters");
    }
}
