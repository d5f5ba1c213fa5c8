using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Problems;
using GaiaOrleans.Gateway.Sessions;
using Yarp.ReverseProxy.Forwarder;

namespace GaiaOrleans.Gateway.Legacy;

/// <summary>Passes a request on to GAIA_HOME and its answer back, both unchanged but for our X-Gaia headers.</summary>
public sealed class LegacyForwarder(IHttpForwarder forwarder, LegacyConnection legacy)
{
    private readonly ForwarderRequestConfig _config = new() { ActivityTimeout = legacy.Patience };

    /// <param name="version">The session's, where the cluster knows it: the answer's ETag, and what the request's conditions are about.</param>
    /// <param name="answered">Told when its answer begins to arrive.</param>
    /// <exception cref="LeadUnavailableException">GAIA_HOME was not reached, or did not answer a read.</exception>
    /// <exception cref="ForwardedUnansweredException">It was reached with a change, and did not answer.</exception>
    /// <exception cref="BadHttpRequestException">The client's body is too long, came too slowly or broke off: legacy has no request of it.</exception>
    public async Task Forward(HttpContext context, long epoch, long? version = null, Action? answered = null)
    {
        SessionResponse.Mark(context, Side.Python, epoch, forwarded: true);
        // GAIA_HOME carries out what it was asked, whoever has gone: turning dual-write on waits for that, and would else adopt what was there before.
        if (!IsRead(context)) context.RequestAborted = CancellationToken.None;
        var error = await forwarder.SendAsync(context, legacy.BaseUrl, legacy.Client, _config, new Unchanged(legacy, version, answered), context.RequestAborted);
        if (error == ForwarderError.None || context.Response.HasStarted || context.RequestAborted.IsCancellationRequested) return;
        context.Response.Clear();
        var cause = context.GetForwarderErrorFeature()?.Exception;
        if (error == ForwarderError.RequestBodyClient) throw ClientsFault(cause) ?? new BadHttpRequestException("The body of the request broke off.");
        throw IsRead(context) || Unreached(cause)
            ? new LeadUnavailableException(Side.Python, $"GAIA_HOME did not answer ({error}).")
            : new ForwardedUnansweredException(error.ToString());
    }

    private static bool IsRead(HttpContext context) => HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);

    /// <summary>No connection came about, and so nothing was asked.</summary>
    private static bool Unreached(Exception? cause) =>
        cause is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError };

    private static BadHttpRequestException? ClientsFault(Exception? cause) => cause switch
    {
        BadHttpRequestException bad => bad,
        AggregateException all => all.InnerExceptions.Select(ClientsFault).FirstOrDefault(bad => bad is not null),
        _ => cause?.InnerException is { } inner ? ClientsFault(inner) : null,
    };

    private sealed class Unchanged(LegacyConnection legacy, long? version, Action? answered) : HttpTransformer
    {
        public override async ValueTask TransformRequestAsync(HttpContext context, HttpRequestMessage request, string prefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(context, request, prefix, cancellationToken);
            request.RequestUri = legacy.AddressOf(context);
            request.Headers.Host = null;
            EndToEndHeaders.KeepOurCookie(request);
            // They name versions of ours, which legacy does not know.
            if (version is not null)
                foreach (var name in EndToEndHeaders.Conditions)
                    request.Headers.Remove(name);
        }

        public override async ValueTask<bool> TransformResponseAsync(HttpContext context, HttpResponseMessage? response, CancellationToken cancellationToken)
        {
            if (response is not null) answered?.Invoke();
            var goesOn = await base.TransformResponseAsync(context, response, cancellationToken);
            legacy.LeadHere(context.Response.Headers);
            // Writes are forwarded only while dual-write is off.
            if (!IsRead(context)) context.Response.Headers[SessionResponse.DualWrite] = "off";
            if (version is not { } v || response?.IsSuccessStatusCode is not true) return goesOn;
            context.Response.Headers.ETag = SessionResponse.ETag(v);
            return !SessionResponse.NotModified(context, v) && goesOn;
        }
    }
}
