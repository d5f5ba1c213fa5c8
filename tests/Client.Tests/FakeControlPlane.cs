using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace GaiaOrleans.Client.Tests;

/// <summary>What the client sent. The headers are a copy: the server takes its own back after the answer.</summary>
internal sealed record Seen(string Call, string Body, IHeaderDictionary Headers);

/// <summary>What the server says to it.</summary>
internal sealed record Reply(int Status, string Body, string Type = "application/json", params (string Name, string Value)[] Headers)
{
    public static Reply Ok(string body) => new(200, body);

    public static Reply Problem(int status, string body) => new(status, body, "application/problem+json");
}

/// <summary>A server on a port of its own that says what the test told it to; each call gets the next of its replies, the last one over and over.</summary>
internal sealed class FakeControlPlane : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Queue<Reply>> _replies = new();
    private readonly WebApplication _app;

    private FakeControlPlane(WebApplication app) => _app = app;

    public ConcurrentQueue<Seen> Requests { get; } = new();

    /// <summary>Called before each reply.</summary>
    public Action<Seen>? OnRequest { get; set; }

    /// <summary>Awaited when a reply has been sent, and before it ends.</summary>
    public Func<Seen, Task>? BeforeEnd { get; set; }

    public string Url => _app.Urls.Single();

    public static async Task<FakeControlPlane> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var fake = new FakeControlPlane(app);
        app.Run(fake.Answer);
        await app.StartAsync();
        return fake;
    }

    /// <param name="call">Method, path and query as sent, such as <c>GET /api/migration/status</c>.</param>
    public FakeControlPlane On(string call, params Reply[] replies)
    {
        _replies[call] = new(replies);
        return this;
    }

    public Task<Ran> Run(params string[] args) => Ran.Of(args, Url);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task Answer(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var seen = new Seen($"{context.Request.Method} {target}", await reader.ReadToEndAsync(context.RequestAborted), Copy(context.Request.Headers));
        Requests.Enqueue(seen);
        OnRequest?.Invoke(seen);
        var reply = _replies.TryGetValue(seen.Call, out var queue) ? Next(queue) : new Reply(404, "");
        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = reply.Type;
        foreach (var (name, value) in reply.Headers)
            context.Response.Headers[name] = value;
        if (reply.Status != 204) await context.Response.WriteAsync(reply.Body, context.RequestAborted);
        if (BeforeEnd is { } wait) await wait(seen);
    }

    private static HeaderDictionary Copy(IHeaderDictionary headers) => new(headers.ToDictionary(StringComparer.OrdinalIgnoreCase));

    private static Reply Next(Queue<Reply> queue)
    {
        lock (queue) return queue.Count > 1 ? queue.Dequeue() : queue.Peek();
    }
}
