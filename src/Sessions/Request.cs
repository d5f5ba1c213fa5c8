using System.Text.Json;
using System.Text.Json.Nodes;
using GaiaOrleans.Gateway;
using GaiaOrleans.Gateway.Sessions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace GaiaOrleans.Sessions;

/// <summary>A call as a gateway reads it.</summary>
/// <param name="Id">Null: of no session that is known yet.</param>
/// <param name="Query">As it stands behind the question mark.</param>
/// <param name="Unsettled">It was made before, and may have taken effect.</param>
internal sealed record Request(string Method, string? Id, JsonObject? Body = null, ChangeTerms? Terms = null, string Query = "", bool Unsettled = false)
{
    private const string Sessions = "/api/sessions";

    public (HttpContext Context, Answered Answered) Open(CancellationToken cancellationToken)
    {
        var answered = new Answered();
        var context = new DefaultHttpContext { RequestAborted = cancellationToken };
        context.Features.Set<IHttpResponseFeature>(answered);
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(answered.Body));
        if (Unsettled) context.Features.Set(EarlierAttempt.Instance);
        var request = context.Request;
        (request.Method, request.Protocol, request.Scheme) = (Method, HttpProtocol.Http11, "http");
        // An id stays one segment, whatever it holds.
        var path = Id is null ? Sessions : SessionPath.Prefix + Uri.EscapeDataString(Id).Replace(".", "%2E", StringComparison.Ordinal);
        (request.Path, request.QueryString) = (Sessions, Query.Length == 0 ? default : new("?" + Query));
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = path + request.QueryString.Value;
        if (Body is not null)
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(Body, GaiaJson.Options);
            (request.Body, request.ContentLength, request.ContentType) = (new MemoryStream(bytes, writable: false), bytes.Length, "application/json");
        }

        if (Terms?.IfVersion is { } version) request.Headers.IfMatch = SessionResponse.ETag(version);
        if (Terms?.IdempotencyKey is { } key) request.Headers["Idempotency-Key"] = key;
        return (context, answered);
    }
}

/// <summary>The other end of a request in memory.</summary>
internal sealed class Answered : HttpResponseFeature
{
    private readonly List<(Func<object, Task> Callback, object State)> _completed = [];

    public new MemoryStream Body { get; } = new();

    public override void OnCompleted(Func<object, Task> callback, object state) => _completed.Add((callback, state));

    /// <summary>What was to happen after the answer, the last first.</summary>
    public async Task Completed()
    {
        foreach (var (callback, state) in _completed.AsEnumerable().Reverse()) await callback(state);
    }
}
