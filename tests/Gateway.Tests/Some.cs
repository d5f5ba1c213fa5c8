using System.Text;
using System.Text.Json.Nodes;
using GaiaOrleans.Contracts.Rollouts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace GaiaOrleans.Gateway.Tests;

/// <summary>Ordinary values, for tests that are about something else.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    public static RolloutState Rollout(long epoch = 1, long incarnation = 1, decimal percentage = 0, long salt = 0) => new(
        incarnation, epoch, epoch, 1, RolloutPhase.DualWrite, percentage, new(true, false, DualWriteMode.GoLeads, AckPolicy.Both), default, salt, null, Now, "tester", Now);

    public static HttpContext Request(string rawTarget = "/", string body = "", string? contentType = null)
    {
        var context = new DefaultHttpContext();
        context.Features.Get<IHttpRequestFeature>()!.RawTarget = rawTarget;
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        context.Request.ContentLength = body.Length;
        context.Request.ContentType = contentType;
        context.Response.Body = new MemoryStream();
        return context;
    }

    public static JsonNode Answer(this HttpContext context) => JsonNode.Parse(Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray()))!;
}
