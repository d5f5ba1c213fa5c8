using GaiaOrleans.Silo.Rollouts;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.OpenApi;

namespace GaiaOrleans.Silo.Description;

/// <summary>What holds for every operation: its path's parameters are strings unless it says otherwise, and whatever goes wrong is a problem.</summary>
internal static class EveryOperation
{
    /// <summary>Routing takes every body as one that may be missing, so that the answer to none is a problem that says so, and not 415.</summary>
    private static readonly Type[] MayBeLeftOut = [typeof(ReasonBody), typeof(RollbackBody)];

    public static void Describe(OpenApiOperation operation, ApiDescription description)
    {
        operation.Parameters ??= [];
        foreach (var name in Names(description.RelativePath ?? ""))
            if (!operation.Parameters.Any(p => p.Name == name && p.In == ParameterLocation.Path))
                operation.Parameters.Add(new OpenApiParameter { Name = name, In = ParameterLocation.Path, Required = true, Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
        if (operation.RequestBody is OpenApiRequestBody body && description.ActionDescriptor.EndpointMetadata.OfType<IAcceptsMetadata>().LastOrDefault()?.RequestType is { } read)
            body.Required = !MayBeLeftOut.Contains(read);
        operation.Responses ??= [];
        operation.Responses.TryAdd("default", new OpenApiResponse
        {
            Description = "A problem (RFC 9457). With 4xx nothing was changed.",
            Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new() { Schema = Problem() } },
        });
    }

    /// <summary><c>{**id}</c> and <c>{id:long}</c> are both called id.</summary>
    private static IEnumerable<string> Names(string path) => path.Split('/').Where(s => s.StartsWith('{')).Select(s => s.Trim('{', '}').TrimStart('*').Split(':')[0]);

    private static OpenApiSchema Problem() => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { "status", "title", "detail", "code" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
            ["title"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["detail"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "What a program goes by: it stays the same." },
            ["errors"] = new OpenApiSchema { Type = JsonSchemaType.Object, Description = "With 400: the field, and what is wrong with it." },
        },
    };
}
