using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using GaiaOrleans.Contracts.Webhooks;
using GaiaOrleans.Grains.Events;
using GaiaOrleans.Grains.Webhooks;
using GaiaOrleans.Silo.Events;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Silo.Webhooks;

/// <summary>
/// An event as a signed POST. The address is looked at when it is connected to, after the name has been resolved, so that a name cannot change its
/// mind; and a redirect, which would lead anywhere, is not followed.
/// </summary>
internal sealed class HttpWebhookEndpoint : IWebhookEndpoint, IDisposable
{
    private readonly HttpClient _http;
    private readonly WebhookOptions _options;
    private readonly TimeProvider _time;

    public HttpWebhookEndpoint(IOptions<WebhookOptions> options, TimeProvider time)
    {
        (_options, _time) = (options.Value, time);
        // No proxy either: it would resolve the name where nobody looks.
        _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false, ConnectCallback = Connect }) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new("gaia", typeof(HttpWebhookEndpoint).Assembly.GetName().Version!.ToString(3)));
    }

    public async Task<WebhookAnswer> Post(string url, WebhookSecret secret, MigrationEvent e, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        using var deadline = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var request = Request(url, secret, e);
            // What it says beside its status is not read: it may be endless.
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return Answer((int)response.StatusCode, response.StatusCode switch
            {
                >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => null,
                >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => "it redirects, which is not followed",
                _ => $"it answered {(int)response.StatusCode}",
            });
        }
        catch (HttpRequestException ex)
        {
            return Answer(null, ex.InnerException is InsideAddressException refused ? refused.Message : $"it cannot be reached: {ex.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Answer(null, $"it did not answer within {_options.Timeout.TotalSeconds:0.#} s");
        }

        WebhookAnswer Answer(int? status, string? reason) => new(status, reason, _time.GetElapsedTime(started));
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(string url, WebhookSecret secret, MigrationEvent e)
    {
        var body = EventView.Utf8(e);
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } } };
        request.Headers.Add("X-Gaia-Event-Id", FormattableString.Invariant($"{e.Id}"));
        request.Headers.Add(WebhookSecret.Header, secret.Sign(_time.GetUtcNow(), body));
        return request;
    }

    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var resolved = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        var addresses = _options.AllowPrivate ? resolved : [.. resolved.Where(a => !WebhookAddress.IsInside(a))];
        if (addresses.Length == 0) throw new InsideAddressException(context.DnsEndPoint.Host);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class InsideAddressException(string host) : IOException($"{host} is within a network; Webhooks:AllowPrivate allows that");
}
