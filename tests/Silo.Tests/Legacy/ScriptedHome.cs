using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace GaiaOrleans.Silo.Tests.Legacy;

/// <summary>A legacy service that answers what a test says, for habits that the stand-in does not have. Real HTTP.</summary>
internal sealed class ScriptedHome : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ScriptedHome(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single());

    /// <summary>"METHOD target" with the target as it was on the wire.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public ConcurrentQueue<string> Bodies { get; } = new();

    public static Task<ScriptedHome> Json(Func<HttpRequest, string?> body, Action<HttpResponse>? headers = null) => Start(async http =>
    {
        headers?.Invoke(http.Response);
        if (body(http.Request) is not { } text)
        {
            http.Response.StatusCode = 404;
            return;
        }

        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(text);
    });

    public static async Task<ScriptedHome> Start(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var home = new ScriptedHome(builder.Build());
        home._app.Run(async http =>
        {
            using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
            home.Bodies.Enqueue(await reader.ReadToEndAsync());
            home.Requests.Enqueue($"{http.Request.Method} {http.Features.Get<IHttpRequestFeature>()!.RawTarget}");
            await answer(http);
        });
        await home._app.StartAsync();
        return home;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
