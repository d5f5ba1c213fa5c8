using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace GaiaOrleans.Gateway.Tests.Hosts;

/// <summary>A request as GAIA_HOME got it.</summary>
internal sealed record HomeRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <summary>GAIA_HOME over HTTP, every answer written by its test.</summary>
internal sealed class HomeDouble : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HomeDouble(WebApplication app) => _app = app;

    public Func<HttpContext, Task> Answer { get; set; } = context => Json(context, "[]");

    public ConcurrentQueue<HomeRequest> Requests { get; } = [];

    public string Url => _app.Urls.Single();

    public static async Task<HomeDouble> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var home = new HomeDouble(builder.Build());
        home._app.Run(home.Serve);
        await home._app.StartAsync();
        return home;
    }

    public static Task Json(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task Serve(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Requests.Enqueue(new(
            context.Request.Method, context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.ToArray()));
        await Answer(context);
    }
}
