using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Legacy;
using GaiaOrleans.Gateway.Sessions;
using Microsoft.AspNetCore.Http;

namespace GaiaOrleans.Sessions;

/// <summary>What the gateway answered.</summary>
/// <param name="Forwarded">It is GAIA_HOME's own answer.</param>
/// <param name="Problem">Why there is none.</param>
internal sealed record Reply(int Status, IHeaderDictionary Headers, byte[] Body, bool Forwarded, GaiaException? Problem)
{
    public static Reply Of(HttpContext context, byte[] body, GaiaException? problem) =>
        new(context.Response.StatusCode, context.Response.Headers, body, SessionResponse.WasForwarded(context), problem);

    public long? Version => long.TryParse(Headers.ETag.ToString().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;

    /// <summary>What keeps this from being what <paramref name="request"/> wanted; null = nothing.</summary>
    public GaiaException? Refusal(Request request) => this switch
    {
        { Problem: { } problem } => problem,
        { Status: >= 200 and < 300 } => IsDone(request.Method) ? null : new LegacyAnswerException(Status, Text, mayHaveTakenEffect: true),
        // A page is a proxy's, which knows of no session.
        { Status: StatusCodes.Status404NotFound } when request.Id is { } id && (Body.Length == 0 || Parsed(out _)) => new UnknownSessionException(id),
        { Status: StatusCodes.Status409Conflict } when HttpMethods.IsPost(request.Method) => new SessionExistsException(SessionJson.IdOf(request.Body!) ?? ""),
        _ => new LegacyAnswerException(Status, Text, mayHaveTakenEffect: Status >= 500 && !HttpMethods.IsGet(request.Method)),
    };

    private string Text => Encoding.UTF8.GetString(Body);

    /// <summary>As silos judge it (<c>WriteVerdict</c>): a change that GAIA_HOME has taken is answered with nothing, or with JSON that does not say the contrary.</summary>
    private bool IsDone(string method)
    {
        if (!Forwarded || HttpMethods.IsGet(method) || Body.Length == 0) return true;
        if (!Parsed(out var json)) return false;
        return json is JsonObject said ? said["success"] is not JsonValue success || success.GetValueKind() != JsonValueKind.False : HttpMethods.IsDelete(method);
    }

    private bool Parsed(out JsonNode? json)
    {
        json = null;
        try
        {
            json = JsonNode.Parse(Body, documentOptions: RawNode.Deep);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public JsonNode Json()
    {
        try
        {
            return JsonNode.Parse(Body, documentOptions: RawNode.Deep) ?? throw new JsonException("It is null.");
        }
        catch (JsonException e)
        {
            throw new LegacyAnswerException(Status, $"what should be JSON is none: {e.Message}");
        }
    }

    /// <exception cref="LegacyAnswerException">GAIA_HOME answered with something else.</exception>
    public JsonObject Session() => Json() switch
    {
        // A session may well have a member of that name.
        JsonObject wrapper when Forwarded && wrapper["session"] is JsonObject inner && (SessionJson.IdOf(wrapper) is not { } id || SessionJson.IdOf(inner) == id) => inner,
        JsonObject session => session,
        _ => throw new LegacyAnswerException(Status, "what should be a session is no JSON object"),
    };
}
