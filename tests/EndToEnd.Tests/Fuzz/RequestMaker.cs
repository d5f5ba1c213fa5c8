using System.Text;
using System.Text.Json.Nodes;

namespace GaiaOrleans.EndToEnd.Tests.Fuzz;

/// <summary>A request that can be made again from its number.</summary>
internal sealed record FuzzedRequest(int Number, string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, byte[]? Body)
{
    public override string ToString()
    {
        var body = Body is null ? "no body" : Encoding.Latin1.GetString(Body, 0, Math.Min(Body.Length, 300));
        return $"#{Number} {Method} {Short(Target)} [{string.Join(", ", Headers.Select(h => $"{h.Name}: {Short(h.Value)}"))}] {body}";
    }

    private static string Short(string text) => text.Length <= 200 ? text : text[..200] + $"… ({text.Length})";
}

/// <summary>Requests over an OpenAPI document: some as it describes them, some nearly so, some not at all. The same seed makes the same requests.</summary>
internal sealed class RequestMaker(JsonNode document, int seed)
{
    private readonly (string Path, string Method, JsonNode Operation)[] _operations =
        [.. document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(o => (path.Key, o.Key.ToUpperInvariant(), o.Value!)))];

    public int Operations => _operations.Length;

    public FuzzedRequest Make(int number)
    {
        var random = new Random(HashCode(seed, number));
        // Each in turn, so that none is left out.
        var (path, method, operation) = _operations[number % _operations.Length];
        var target = Path(path, random);
        if (random.Next(10) < 6) target += Query(operation, random);
        var headers = new List<(string, string)>();
        foreach (var header in Declared(operation, "header").Where(_ => random.Next(3) == 0)) headers.Add((header, Value(random)));
        // One that comes twice may be refused by the server itself, for its size.
        while (random.Next(3) == 0 && Of(Oddities.Headers, random) is var header && headers.All(h => h.Item1 != header.Name)) headers.Add(header);
        // Now and then by a method that means nothing here.
        if (random.Next(100) == 0) method = Of(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "NONSENSE"], random);
        return new(number, method, target, headers, Body(operation, method, random));
    }

    private static string Path(string path, Random random) => string.Join('/', path.Split('/').Select(segment => segment switch
    {
        "{kind}" when random.Next(3) > 0 => Of(["verify", "migrate", "reconcile"], random),
        "{id}" when random.Next(2) > 0 => $"session-{random.Next(1, 30):000000}",
        ['{', ..] => Of(Oddities.Segments, random),
        _ => segment,
    }));

    private static string Query(JsonNode operation, Random random)
    {
        var names = Declared(operation, "query").Append("nobody-asks").ToList();
        var query = names.Where(_ => random.Next(2) == 0).Select(n => $"{n}={Of(Oddities.Queries, random)}").ToList();
        return query.Count == 0 ? "" : "?" + string.Join('&', query);
    }

    private static IEnumerable<string> Declared(JsonNode operation, string where) =>
        operation["parameters"]?.AsArray().Where(p => (string?)p!["in"] == where).Select(p => (string)p!["name"]!) ?? [];

    private byte[]? Body(JsonNode operation, string method, Random random)
    {
        if (method is "GET" or "TRACE" || operation["requestBody"] is not { } described) return random.Next(20) == 0 ? "{}"u8.ToArray() : null;
        if (random.Next(10) < 3) return Of(Oddities.Bodies, random);
        return Encoding.UTF8.GetBytes(Json(described["content"]!.AsObject().First().Value!["schema"]!, random, 0));
    }

    /// <summary>Text, because no writer writes what a reader should refuse.</summary>
    private string Json(JsonNode schema, Random random, int depth)
    {
        if (random.Next(12) == 0) return Of(Oddities.Values, random);
        if ((string?)schema["$ref"] is { } reference) schema = document["components"]!["schemas"]![reference.Split('/')[^1]]!;
        if ((schema["oneOf"] ?? schema["anyOf"]) is JsonArray choices) return Json(choices[random.Next(choices.Count)]!, random, depth);
        if (schema["enum"] is JsonArray values) return values[random.Next(values.Count)]?.ToJsonString() ?? "null";
        var type = schema["type"] switch { JsonArray many => (string?)many[random.Next(many.Count)], var one => (string?)one };
        return type switch
        {
            "object" when schema["properties"] is JsonObject properties && depth < 4 =>
                "{" + string.Join(',', properties.Where(_ => random.Next(4) > 0).Select(p => $"\"{p.Key}\":{Json(p.Value!, random, depth + 1)}")) + "}",
            "object" => Of(["{}", "{\"a\":1}", "{\"a\":{\"b\":[1,2.50,\"x\"]}}"], random),
            "array" => "[" + string.Join(',', Enumerable.Range(0, random.Next(3)).Select(_ => schema["items"] is { } items ? Json(items, random, depth + 1) : Value(random))) + "]",
            "integer" or "number" => Of(["0", "1", "10", "50", "90", "100", "-5", "12.5", "1000", "30", "70"], random),
            "boolean" => Of(["true", "false"], random),
            "null" => "null",
            _ => $"\"{Of(Oddities.Words, random)}\"",
        };
    }

    private static string Value(Random random) => random.Next(2) == 0 ? Of(Oddities.Words, random) : "\"7\"";

    private static T Of<T>(T[] values, Random random) => values[random.Next(values.Length)];

    // Not System.HashCode, which differs from run to run.
    private static int HashCode(int seed, int number) => unchecked((seed * 486_187_739) + (number * 16_777_619));
}
