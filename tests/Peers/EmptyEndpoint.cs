using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GaiaOrleans.Peers;

/// <summary>The least that a web server of this kind can do: the same bytes to everybody.</summary>
internal static class EmptyEndpoint
{
    public const string Kind = "empty";

    /// <param name="bytes">The length of its answer.</param>
    public static async Task Serve(string url, string bytes, CancellationToken cancellation)
    {
        var body = Enumerable.Repeat((byte)' ', int.Parse(bytes, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        await using var app = Build(url);
        app.Run(context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = body.Length;
            return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
        });
        await app.StartAsync(cancellation);
        await app.WaitForShutdownAsync(cancellation);
    }

    /// <summary>A web server without anything in it.</summary>
    internal static WebApplication Build(string url, Action<WebApplicationBuilder>? with = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        with?.Invoke(builder);
        return builder.Build();
    }
}
