using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Yarp.ReverseProxy.Forwarder;

namespace GaiaOrleans.Peers;

/// <summary>YARP's forwarder with the client that its documentation recommends, and nothing around it.</summary>
internal static class BareForwarder
{
    public const string Kind = "forwarder";

    public static async Task Serve(string url, string target, CancellationToken cancellation)
    {
        await using var app = EmptyEndpoint.Build(url, builder => builder.Services.AddHttpForwarder());
        using var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None, UseCookies = false });
        var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        app.Run(async context => await forwarder.SendAsync(context, target, client));
        await app.StartAsync(cancellation);
        await app.WaitForShutdownAsync(cancellation);
    }
}
