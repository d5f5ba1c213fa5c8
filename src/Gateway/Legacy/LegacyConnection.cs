using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace GaiaOrleans.Gateway.Legacy;

/// <summary>The connections to GAIA_HOME, as a proxy needs them: no redirect followed, no cookie kept, nothing unpacked.</summary>
public sealed class LegacyConnection(IOptions<LegacyTarget> target, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan HealthWithin = TimeSpan.FromSeconds(2);
    private static readonly UriCreationOptions Verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };

    // Of what legacy says of itself, the parts that lead somewhere.
    private static readonly string[] Addresses = [HeaderNames.Location, HeaderNames.ContentLocation];

    public HttpMessageInvoker Client { get; } = new(new NeverTwice(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(2),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    }));

    public string BaseUrl { get; } = target.Value.BaseUrl.TrimEnd('/');

    /// <inheritdoc cref="LegacyTarget.ListTimeout"/>
    public TimeSpan Patience { get; } = target.Value.ListTimeout;

    /// <summary>Where this request goes. The raw target, uncanonicalised: an id may hold dots, slashes and percent signs.</summary>
    public Uri AddressOf(HttpContext context)
    {
        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return At(raw.StartsWith('/') ? raw : context.Request.Path.ToUriComponent() + context.Request.QueryString);
    }

    /// <summary>One session. Its id stays one path segment, whatever it holds.</summary>
    public Uri Session(string id) => At("/api/sessions/" + Uri.EscapeDataString(id).Replace(".", "%2E", StringComparison.Ordinal));

    public Uri At(string pathAndQuery) => new(BaseUrl + pathAndQuery, Verbatim);

    /// <summary>
    /// Legacy knows itself by the address that it is reached by here, and may lead clients to it: past the gateway, and to a name that they may not know. What
    /// begins with that address leads to the same path of whoever is asked.
    /// </summary>
    public void LeadHere(IHeaderDictionary headers)
    {
        foreach (var name in Addresses)
            if (headers[name] is [{ } address] && Led(address) is { } path)
                headers[name] = path;
        if (headers.Link is [_, ..] links && links.Any(link => link!.Contains(BaseUrl, StringComparison.OrdinalIgnoreCase)))
            headers.Link = new([.. links.Select(link => link!.Replace($"<{BaseUrl}/", "</", StringComparison.OrdinalIgnoreCase))]);
    }

    private string? Led(string address) =>
        address.StartsWith(BaseUrl, StringComparison.OrdinalIgnoreCase) && address[BaseUrl.Length..] is ['/', ..] path ? path : null;

    /// <summary>Whether GAIA_HOME says of itself within two seconds that it is well.</summary>
    public async Task<bool> Answers(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(HealthWithin, time);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, At("/health"));
        try
        {
            using var response = await Client.SendAsync(request, enough.Token);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    public void Dispose() => Client.Dispose();

    /// <summary>A request without a body is silently sent again when its connection ends without an answer. One that changes something carries an empty one.</summary>
    private sealed class NeverTwice(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method != HttpMethod.Get && request.Method != HttpMethod.Head) request.Content ??= new ByteArrayContent([]);
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (OperationCanceledException e) when (e.InnerException is TimeoutException && !cancellationToken.IsCancellationRequested)
            {
                // The handler's own limit for connecting: nothing was asked.
                throw new HttpRequestException(HttpRequestError.ConnectionError, "no connection in time", e);
            }
        }
    }
}
