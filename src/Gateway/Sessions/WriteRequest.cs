using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Legacy;
using Microsoft.Extensions.Primitives;

namespace GaiaOrleans.Gateway.Sessions;

/// <summary>A change as an HTTP request carries it.</summary>
/// <param name="MustBeNew">A PUT that is to replace nothing (If-None-Match: *).</param>
public sealed record WriteRequest(string Id, SessionChange Change, IfMatch? Match, bool MustBeNew, string? IdempotencyKey)
{
    private const int LongestKey = 255;

    /// <param name="idMember">Where a body may name the id of what it creates, other than <c>id</c>; asked only when it could.</param>
    public static async ValueTask<WriteRequest> Of(HttpContext context, RequestBody body, int maxBody, Func<Task<string>> idMember)
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
        var id = HttpMethods.IsPost(context.Request.Method) ? await CreatedId(bytes, key, context.User.Identity?.Name, idMember) : SessionPath.IdOf(context);
        return new(id, new(kind, bytes), IfMatch.Of(headers.IfMatch), mustBeNew, key);
    }

    /// <summary>The body's own id, else one made for it; a keyed request gets the same one again when its caller repeats it.</summary>
    private static async ValueTask<string> CreatedId(byte[] body, string? key, string? caller, Func<Task<string>> idMember)
    {
        var given = Given(body);
        var member = given.Count == 0 || given.ContainsKey("id") ? "id" : await idMember();
        if (given.TryGetValue(member, out var id)) return id is null ? throw InvalidInputException.Field(member, "must be a string") : SessionPath.Check(id, member);
        return key is null
            ? Guid.CreateVersion7().ToString()
            : new Guid(XxHash128.Hash(Encoding.UTF8.GetBytes(caller is null ? key : $"{caller}\n{key}"))).ToString();
    }

    /// <summary>The members that an id may be in, and their text; null = it is none.</summary>
    private static Dictionary<string, string?> Given(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object) throw InvalidInputException.Json("The body must be a JSON object.");
            var given = new Dictionary<string, string?>();
            foreach (var name in ListShape.IdNames)
                if (json.RootElement.TryGetProperty(name, out var value) && (name == "id" || value.ValueKind != JsonValueKind.Null))
                    given[name] = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
            return given;
        }
        // The reader's word for half a character, in a name or a value.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw InvalidInputException.Json($"The body is not JSON: {e.Message}");
        }
    }

    private static string? Key(StringValues header) => header.ToString() switch
    {
        _ when header.Count == 0 => null,
        // Taken for none, a repetition of it would be done again.
        "" => throw InvalidInputException.Field("Idempotency-Key", "is empty; leave it out, or give each change one of its own"),
        { Length: > LongestKey } => throw InvalidInputException.Field("Idempotency-Key", $"is longer than {LongestKey} characters"),
        var key => key,
    };
}
