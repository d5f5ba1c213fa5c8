using System.Text.Json.Nodes;
using GaiaOrleans.Grains.Sessions;
using Microsoft.OpenApi;

namespace GaiaOrleans.Silo.Description;

/// <summary>The routes of sessions read bytes and write bytes, so that nothing about them can be told from their signatures.</summary>
internal static class SessionOperations
{
    private const string Json = "application/json";

    public static void Describe(OpenApiOperation operation)
    {
        switch (operation.OperationId)
        {
            case "ListSessions":
                operation.Summary = "Sessions, all of them or a page; the shape of the list is GAIA_HOME's.";
                Take(operation, ParameterLocation.Query, ("status", JsonSchemaType.String), ("tier", JsonSchemaType.String), ("limit", JsonSchemaType.Integer), ("cursor", JsonSchemaType.String), ("page", JsonSchemaType.Integer), ("per_page", JsonSchemaType.Integer));
                Answer(operation, ("200", "The sessions; X-Next-Cursor where there are more.", new OpenApiSchema { Type = JsonSchemaType.Array, Items = Session() }));
                break;
            case "CreateSession":
                operation.Summary = "A new session; without an id one is made.";
                Write(operation, ("201", "Created.", Session()));
                break;
            case "ReadSession":
                operation.Summary = "A session, with its version as ETag.";
                Take(operation, ParameterLocation.Header, ("If-None-Match", JsonSchemaType.String));
                Answer(operation, ("200", "The session.", Session()), ("304", "It is the one that If-None-Match names.", null));
                break;
            case "ReplaceSession":
                operation.Summary = "The whole session, which is created where there is none.";
                Write(operation, ("200", "Replaced.", Session()), ("201", "Created.", Session()));
                Take(operation, ParameterLocation.Header, ("If-Match", JsonSchemaType.String), ("If-None-Match", JsonSchemaType.String));
                break;
            case "MergeSession":
                operation.Summary = "Members of a session, as a JSON merge patch (RFC 7396).";
                Write(operation, ("200", "Merged.", Session()));
                Take(operation, ParameterLocation.Header, ("If-Match", JsonSchemaType.String));
                break;
            case "DeleteSession":
                operation.Summary = "The session goes, on both sides.";
                Take(operation, ParameterLocation.Header, ("Idempotency-Key", JsonSchemaType.String), ("If-Match", JsonSchemaType.String));
                Answer(operation, ("204", "Deleted.", null));
                break;
        }
    }

    private static void Write(OpenApiOperation operation, params (string Status, string Meaning, OpenApiSchema? Body)[] answers)
    {
        operation.RequestBody = new OpenApiRequestBody { Required = true, Content = new Dictionary<string, OpenApiMediaType> { [Json] = new() { Schema = Session() }, ["*/*"] = new() { Schema = Session() } } };
        Take(operation, ParameterLocation.Header, ("Idempotency-Key", JsonSchemaType.String));
        Answer(operation, answers);
    }

    private static void Take(OpenApiOperation operation, ParameterLocation where, params (string Name, JsonSchemaType Type)[] parameters)
    {
        operation.Parameters ??= [];
        foreach (var (name, type) in parameters) operation.Parameters.Add(new OpenApiParameter { Name = name, In = where, Schema = new OpenApiSchema { Type = type } });
    }

    private static void Answer(OpenApiOperation operation, params (string Status, string Meaning, OpenApiSchema? Body)[] answers)
    {
        operation.Responses = [];
        foreach (var (status, meaning, body) in answers)
            operation.Responses[status] = new OpenApiResponse { Description = meaning, Content = body is null ? null : new Dictionary<string, OpenApiMediaType> { [Json] = new() { Schema = body } } };
    }

    /// <summary>The known fields. A session may have any others, which are kept as they come.</summary>
    private static OpenApiSchema Session() => new()
    {
        Type = JsonSchemaType.Object,
        Properties = SessionField.All.ToDictionary(f => f.Name, f => (IOpenApiSchema)Field(f)),
        AdditionalPropertiesAllowed = true,
    };

    private static OpenApiSchema Field(SessionField field) => field.Kind switch
    {
        FieldKind.Number => new() { Type = JsonSchemaType.Integer | JsonSchemaType.Null, Format = "int32" },
        FieldKind.Timestamp => new() { Type = JsonSchemaType.String | JsonSchemaType.Null, Format = "date-time" },
        FieldKind.Json => new() { Type = JsonSchemaType.Object | JsonSchemaType.Null },
        FieldKind.Enumeration => new() { Type = JsonSchemaType.String | JsonSchemaType.Null, Enum = [.. field.Values.Select(v => (JsonNode)v)] },
        _ => new() { Type = JsonSchemaType.String | JsonSchemaType.Null },
    };
}
