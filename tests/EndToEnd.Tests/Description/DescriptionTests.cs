using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GaiaOrleans.EndToEnd.Tests.Clusters;

namespace GaiaOrleans.EndToEnd.Tests.Description;

/// <summary>The OpenAPI document, as a program reads it that has nothing else.</summary>
[Collection(SharedClusterTests.Name)]
public sealed partial class DescriptionTests(SharedCluster shared)
{
    [Fact]
    public async Task Every_operation_declares_its_paths_parameters_and_the_shape_of_its_problems()
    {
        var paths = (await shared.Silo.Get("openapi/v1.json").Ok()).Json["paths"]!.AsObject();
        var names = new List<string>();
        foreach (var (path, operations) in paths)
            foreach (var (_, operation) in operations!.AsObject())
            {
                var declared = operation!["parameters"]?.AsArray().Where(p => (string?)p!["in"] == "path").Select(p => (string)p!["name"]!) ?? [];
                Assert.Equal(Parameter().Matches(path).Select(m => m.Groups[1].Value), declared);
                Assert.NotNull(operation["responses"]!["default"]!["content"]!["application/problem+json"]!["schema"]!["properties"]!["code"]);
                if ((string?)operation["operationId"] is { } name) names.Add(name);
            }

        Assert.Equal(names.Distinct(), names);
    }

    [Theory]
    [InlineData("/api/sessions", "get", "200")]
    [InlineData("/api/sessions", "post", "201")]
    [InlineData("/api/sessions/{id}", "get", "200 304")]
    [InlineData("/api/sessions/{id}", "put", "200 201")]
    [InlineData("/api/sessions/{id}", "patch", "200")]
    [InlineData("/api/sessions/{id}", "delete", "204")]
    public async Task Sessions_are_described_with_what_they_take_and_give(string path, string method, string answers)
    {
        var operation = (await shared.Silo.Get("openapi/v1.json").Ok()).Json["paths"]![path]![method]!;
        Assert.Equal([.. answers.Split(' '), "default"], operation["responses"]!.AsObject().Select(r => r.Key));
        if (method is "post" or "put" or "patch") Assert.Contains("busy", Values(operation["requestBody"]!["content"]!["application/json"]!["schema"]!));
        if (answers.StartsWith("20", StringComparison.Ordinal) && method is not ("delete" or "get")) Assert.Contains("busy", Values(operation["responses"]![answers.Split(' ')[0]]!["content"]!["application/json"]!["schema"]!));

        static IEnumerable<string?> Values(JsonNode schema) => schema["properties"]!["status"]!["enum"]!.AsArray().Select(v => (string?)v);
    }

    [Theory]
    [InlineData("/api/traffic-split", true)]
    [InlineData("/api/migration/phase", true)]
    [InlineData("/api/migration/rollback", false)]
    [InlineData("/api/migration/pause", false)]
    public async Task A_body_is_required_where_none_would_be_refused(string path, bool required) =>
        Assert.Equal(required, (bool?)(await shared.Silo.Get("openapi/v1.json").Ok()).Json["paths"]![path]!["post"]!["requestBody"]!["required"] ?? false);

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Parameter();
}
