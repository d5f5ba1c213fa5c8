using System.Net;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Sessions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;

namespace GaiaOrleans.Gateway.Legacy;

/// <summary>Passes a request on to GAIA_HOME and its answer back, both unchanged but for our X-Gaia headers.</summary>
public sealed class LegacyForwarder(IHttpForwarder forwarder, IOptions<LegacyTarget> target) : IDisposable
{
    private static readonly ForwarderRequestConfig Config = new() { ActivityTimeout = TimeSpan.FromSeconds(30) };

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(2),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    });

    /// <exception cref="LeadUnavailableException">No answer could be had, and none was begun.</exception>
    public async Task Forward(HttpContext context, long epoch, long? version = null)
    {
        var error = await forwarder.SendAsync(context, target.Value.BaseUrl, _client, Config, new Unchanged(epoch, version), context.RequestAborted);
        if (error == ForwarderError.None || context.Response.HasStarted || context.RequestAborted.IsCancellationRequested) return;
        context.Response.Clear();
        throw new LeadUnavailableException(Side.Python, $"GAIA_HOME did not answer ({error}).");
    }

    public void Dispose() => _client.Dispose();

    private sealed class Unchanged(long epoch, long? version) : HttpTransformer
    {
        public override async ValueTask TransformRequestAsync(HttpContext context, HttpRequestMessage request, string prefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(context, request, prefix, cancellationToken);
            // The raw target, uncanonicalised: an id may hold dots, slashes and percent signs.
            var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
            var raw = target.StartsWith('/') ? target : context.Request.Path.ToUriComponent() + context.Request.QueryString;
            request.RequestUri = new(prefix.TrimEnd('/') + raw, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
            request.Headers.Host = null;
        }

        public override ValueTask<bool> TransformResponseAsync(HttpContext context, HttpResponseMessage? response, CancellationToken cancellationToken)
        {
            SessionResponse.Mark(context.Response, Side.Python, epoch);
            if (version is { } v && response?.IsSuccessStatusCode is true) context.Response.Headers.ETag = SessionResponse.ETag(v);
            return base.TransformResponseAsync(context, response, cancellationToken);
        }
    }
}
