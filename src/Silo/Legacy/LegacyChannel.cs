using System.Buffers;
using System.Net.Http.Headers;
using GaiaOrleans.Gateway.Legacy;
using GaiaOrleans.Grains.Legacy;
using Polly;
using Polly.CircuitBreaker;
using Polly.RateLimiting;
using Polly.Timeout;

namespace GaiaOrleans.Silo.Legacy;

/// <summary>Requests out, whole answers in. Everything that keeps an answer from coming is a <see cref="LegacyTroubleException"/>.</summary>
internal sealed class LegacyChannel(HttpClient http, LegacyPipelines pipelines, LegacyOptions options)
{
    public CircuitState CircuitState => pipelines.CircuitState;

    public bool Refuses => pipelines.Refuses;

    /// <summary>Everything one call of the port does, within the total timeout.</summary>
    public async Task<T> Whole<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await pipelines.Total.ExecuteAsync(async token => await work(token), cancellationToken);
        }
        catch (TimeoutRejectedException e)
        {
            throw new LegacyTroubleException(LegacyTrouble.TimedOut, $"no free place within {options.TotalTimeout.TotalSeconds:0.###} s", sent: false, e);
        }
    }

    /// <summary>Tried twice: reading changes nothing.</summary>
    public Task<LegacyReply> Read(Uri address, CancellationToken cancellationToken) =>
        Exchange(pipelines.Reads, HttpMethod.Get, address, null, options.MaxBodyBytes, cancellationToken);

    public Task<LegacyReply> ReadList(Uri address, CancellationToken cancellationToken) =>
        Exchange(pipelines.Lists, HttpMethod.Get, address, null, options.MaxListBytes, cancellationToken);

    /// <summary>Asked once: whoever wants to know how GAIA_HOME behaves must see the failure that a second try would hide.</summary>
    public Task<LegacyReply> Look(HttpMethod method, Uri address, CancellationToken cancellationToken) =>
        Exchange(pipelines.Attempt, method, address, null, options.MaxBodyBytes, cancellationToken);

    /// <summary>Sent once.</summary>
    public Task<LegacyReply> Write(HttpMethod method, Uri address, byte[] body, CancellationToken cancellationToken) =>
        Exchange(pipelines.Writes, method, address, new SentContent(body), options.MaxBodyBytes, cancellationToken);

    /// <summary>Past the circuit breaker: asks how GAIA_HOME is, and must not be answered from what we believe.</summary>
    public async Task<bool> Probe(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await pipelines.Attempt.ExecuteAsync(async token => await Once(HttpMethod.Get, address, null, options.MaxBodyBytes, token), cancellationToken);
            return reply.Success;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TimeoutRejectedException)
        {
            return false;
        }
    }

    private async Task<LegacyReply> Exchange(
        ResiliencePipeline<LegacyReply> pipeline, HttpMethod method, Uri address, SentContent? content, int limit, CancellationToken cancellationToken)
    {
        try
        {
            pipelines.RefuseWhileOpen();
            try
            {
                return await Ask();
            }
            // Not sent, for another tries whether GAIA_HOME is back. All that waits for that would be put off for a second time, most of it for longer than the outage was.
            catch (BrokenCircuitException) when (!pipelines.Refuses)
            {
                await pipelines.Tried(cancellationToken);
                pipelines.RefuseWhileOpen();
                return await Ask();
            }
        }
        catch (Exception e) when (Describe(e) is var (code, reason))
        {
            throw new LegacyTroubleException(code, $"{method} {address.AbsolutePath}: {reason}", content?.Sent is true, e);
        }

        ValueTask<LegacyReply> Ask() => pipeline.ExecuteAsync(async token => await Once(method, address, content, limit, token), cancellationToken);
    }

    private static (string Code, string Reason)? Describe(Exception e) => e switch
    {
        BrokenCircuitException => (LegacyTrouble.CircuitOpen, "not sent, GAIA_HOME failed too often just now"),
        RateLimiterRejectedException => (LegacyTrouble.Overloaded, "not sent, too many requests are waiting"),
        TimeoutRejectedException t => (LegacyTrouble.TimedOut, $"no answer within {t.Timeout.TotalSeconds:0.###} s"),
        // By the total timeout or by the caller, who knows which.
        OperationCanceledException => (LegacyTrouble.TimedOut, "given up before an answer came"),
        HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
        } => (LegacyTrouble.Unavailable, e.Message),
        HttpRequestException or IOException => (LegacyTrouble.ConnectionLost, e.Message),
        // Packed, and not as it says: the two ways in which that is found.
        InvalidDataException or InvalidOperationException => (LegacyTrouble.NotJson, $"its answer cannot be unpacked: {e.Message}"),
        _ => null,
    };

    private async Task<LegacyReply> Once(HttpMethod method, Uri address, SentContent? content, int limit, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, address) { Content = content };
        if (LegacyAuth.Header(options.Auth, options.Credential) is var (name, value)) request.Headers.TryAddWithoutValidation(name, value);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return new(
                (int)response.StatusCode,
                response.Content.Headers.ContentType?.MediaType ?? "",
                await ReadUpTo(response.Content, limit, cancellationToken),
                Header(response, "X-Next-Cursor"),
                NextLink.Find(Header(response, "Link")),
                Header(response, "Location"))
            {
                Allow = ContentHeader(response, "Allow"),
                Challenge = Header(response, "WWW-Authenticate"),
                ETag = Header(response, "ETag"),
                LastModified = ContentHeader(response, "Last-Modified"),
            };
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            // The handler's own limit for connecting.
            throw new HttpRequestException(HttpRequestError.ConnectionError, "no connection in time", e);
        }
    }

    private static async Task<byte[]?> ReadUpTo(HttpContent content, int limit, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > limit) return null;
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        if (content.Headers.ContentLength is { } length)
        {
            // A list's page is too long to be copied about. What answers HEAD has a length and no body.
            var whole = new byte[length];
            var read = await stream.ReadAtLeastAsync(whole, whole.Length, throwOnEndOfStream: false, cancellationToken);
            return read == whole.Length ? whole : whole[..read];
        }

        var body = new ArrayBufferWriter<byte>(4_096);
        while (await stream.ReadAsync(body.GetMemory(1), cancellationToken) is > 0 and var more)
        {
            body.Advance(more);
            if (body.WrittenCount > limit) return null;
        }

        return body.WrittenSpan.ToArray();
    }

    private static string? Header(HttpResponseMessage response, string name) => Joined(response.Headers, name);

    private static string? ContentHeader(HttpResponseMessage response, string name) => Joined(response.Content.Headers, name);

    private static string? Joined(HttpHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) && string.Join(", ", values) is { Length: > 0 } text ? text : null;
}
