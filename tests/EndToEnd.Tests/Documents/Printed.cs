using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GaiaOrleans.EndToEnd.Tests.Documents;

/// <summary>An answer like the one that a document shows after a block.</summary>
internal static class Printed
{
    /// <summary>
    /// Every member that is shown is there. Texts and yes or no are the shown ones; numbers are numbers; {} is an object with something in it, [] is empty.
    /// Of a list the first element is meant.
    /// </summary>
    public static void Like(DocumentBlock shown, string output)
    {
        var answer = Last(output) is JsonArray list ? list[0] : Last(output);
        Compare(JsonNode.Parse(shown.Text), answer, $"{shown.Name}: $");
    }

    /// <summary>The last JSON value of an output that begins on a line of its own.</summary>
    private static JsonNode? Last(string output)
    {
        JsonNode? found = null;
        for (var at = 0; at < output.Length; at = output.IndexOf('\n', at) is var end && end < 0 ? output.Length : end + 1)
        {
            if (output[at] is not ('{' or '[')) continue;
            var bytes = Encoding.UTF8.GetBytes(output[at..]);
            var reader = new Utf8JsonReader(bytes, isFinalBlock: true, state: default);
            found = JsonNode.Parse(ref reader);
            at += Encoding.UTF8.GetCharCount(bytes, 0, (int)reader.BytesConsumed) - 1;
        }

        return found ?? throw new InvalidOperationException($"No JSON in: {output}");
    }

    private static void Compare(JsonNode? expected, JsonNode? actual, string path)
    {
        Assert.True(expected?.GetValueKind() == actual?.GetValueKind() || (Flag(expected) && Flag(actual)), $"{path} is shown as {Text(expected)} and is {Text(actual)}");
        switch (expected)
        {
            case JsonObject { Count: 0 }:
                Assert.True(actual!.AsObject().Count > 0, $"{path} has nothing in it");
                break;
            case JsonObject members:
                foreach (var (name, value) in members)
                {
                    Assert.True(actual!.AsObject().TryGetPropertyValue(name, out var found), $"{path}.{name} is shown and is not there");
                    Compare(value, found, $"{path}.{name}");
                }

                break;
            case JsonArray { Count: 0 }:
                Assert.True(actual!.AsArray().Count == 0, $"{path} is shown empty and is {Text(actual)}");
                break;
            case JsonValue value when value.GetValueKind() != JsonValueKind.Number:
                Assert.True(Text(expected) == Text(actual), $"{path} is shown as {Text(expected)} and is {Text(actual)}");
                break;
        }
    }

    private static bool Flag(JsonNode? node) => node?.GetValueKind() is JsonValueKind.True or JsonValueKind.False;

    private static string Text(JsonNode? node) => node?.ToJsonString() ?? "null";
}
