using System.Text.Json.Nodes;
using GaiaOrleans.Testbed;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace GaiaOrleans.Deploy.Tests.Files;

/// <summary>The files under <c>deploy/</c>, as text and as what they mean.</summary>
public static class DeployFile
{
    public static string PathTo(params ReadOnlySpan<string> parts) => RepositoryRoot.PathTo(["deploy", .. parts]);

    public static string Text(params ReadOnlySpan<string> parts) => File.ReadAllText(PathTo(parts));

    /// <summary>Every document of a YAML file; anchors and merge keys are followed, and scalars stay text.</summary>
    public static IReadOnlyList<JsonNode> Yaml(params ReadOnlySpan<string> parts)
    {
        using var text = new StringReader(Text(parts));
        var parser = new MergingParser(new Parser(text));
        var deserializer = new Deserializer();
        var documents = new List<JsonNode>();
        parser.Consume<YamlDotNet.Core.Events.StreamStart>();
        while (parser.Accept<YamlDotNet.Core.Events.DocumentStart>(out _)) documents.Add(Node(deserializer.Deserialize(parser))!);
        return documents;
    }

    /// <summary>How long the silo's host lets its grains leave, as the code says.</summary>
    public static TimeSpan ShutdownTimeout() => TimeSpan.FromSeconds(Number("ShutdownTimeout = TimeSpan.FromSeconds(", "src", "Silo", "SiloApplication.cs"));

    /// <summary>How long a script of the schema may take, as the code says.</summary>
    public static TimeSpan LongestScript() => TimeSpan.FromHours(Number("Longest = TimeSpan.FromHours(", "src", "Silo", "Postgres", "Schema.cs"));

    private static int Number(string before, params ReadOnlySpan<string> file)
    {
        var match = System.Text.RegularExpressions.Regex.Match(File.ReadAllText(RepositoryRoot.PathTo(file)), System.Text.RegularExpressions.Regex.Escape(before) + @"(\d+)\)");
        Assert.True(match.Success, $"{string.Join('/', file.ToArray())} no longer says {before}N)");
        return int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static JsonNode? Node(object? value) => value switch
    {
        null => null,
        IDictionary<object, object> map => new JsonObject(map.Select(e => KeyValuePair.Create((string)e.Key, Node(e.Value)))),
        IEnumerable<object> list => new JsonArray([.. list.Select(Node)]),
        _ => JsonValue.Create(value.ToString()),
    };
}

internal static class Nodes
{
    public static IEnumerable<(string Key, JsonNode? Value)> Members(this JsonNode? node) => node is JsonObject map ? map.Select(m => (m.Key, m.Value)) : [];

    public static IEnumerable<JsonNode> Items(this JsonNode? node) => node is JsonArray list ? list.Select(i => i!) : [];

    public static string Said(this JsonNode? node) => node!.GetValue<string>();

    /// <summary>This node and all below it.</summary>
    public static IEnumerable<JsonNode> Everything(this JsonNode? node) => node switch
    {
        null => [],
        JsonObject map => map.SelectMany(m => m.Value.Everything()).Prepend(node),
        JsonArray list => list.SelectMany(i => i.Everything()).Prepend(node),
        _ => [node],
    };
}
