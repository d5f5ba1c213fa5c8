using System.Collections.Concurrent;
using GaiaOrleans.Contracts.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GaiaOrleans.Silo.Tests.Webhooks;

/// <summary>What a receiver was sent.</summary>
internal sealed record Received(string Body, string Signature, string EventId, string? Type);

/// <summary>A receiver on a port of its own that answers as the test says.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Receiver(WebApplication app) => _app = app;

    public ConcurrentQueue<Received> Requests { get; } = new();

    public string Url => $"{_app.Urls.Single()}/hook";

    public int Port => new Uri(_app.Urls.Single()).Port;

    public static async Task<Receiver> Start(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var headers = context.Request.Headers;
            receiver.Requests.Enqueue(new(await reader.ReadToEndAsync(), headers[WebhookSecret.Header].ToString(), headers["X-Gaia-Event-Id"].ToString(), context.Request.ContentType));
            await answer(context);
        });
        await app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
