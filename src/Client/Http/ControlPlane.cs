using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using GaiaOrleans.Client.Output;

namespace GaiaOrleans.Client.Http;

/// <summary>The HTTP API as an operator uses it: one call, one answer; a refusal or a silence is an exception. Nothing is repeated by itself.</summary>
internal sealed class ControlPlane : IDisposable
{
    /// <summary>Dual-write and rollback wait for every gateway and for a drain.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly JsonSerializerOptions Wire = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly HttpClient _http;
    private readonly Uri _url;
    private readonly TimeProvider _time;

    public ControlPlane(Address address, TimeProvider time)
    {
        _url = address.Url;
        _time = time;
        // A redirect would turn a POST into a GET, or carry the key elsewhere. This machine's own addresses lead a proxy to itself.
        _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = !_url.IsLoopback }) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Accept.Add(new("application/json"));
        _http.DefaultRequestHeaders.UserAgent.Add(new("gaia", typeof(ControlPlane).Assembly.GetName().Version!.ToString(3)));
        if (address.Token is not null)
            _http.DefaultRequestHeaders.Authorization = new("Bearer", address.Token);
    }

    public Task<Answer> Get(string path, CancellationToken cancellationToken, TimeSpan? patience = null) => Send(new(HttpMethod.Get, Of(path)), patience ?? Patience, cancellationToken);

    /// <param name="body">Written as JSON in snake_case, without the members that are null.</param>
    /// <param name="patience">Default: <see cref="Patience"/>.</param>
    public Task<Answer> Post(string path, object body, CancellationToken cancellationToken, TimeSpan? patience = null) =>
        Send(new(HttpMethod.Post, Of(path)) { Content = Json(JsonSerializer.Serialize(body, Wire)) }, patience ?? Patience, cancellationToken);

    public Task<Answer> Delete(string path, object body, CancellationToken cancellationToken) =>
        Send(new(HttpMethod.Delete, Of(path)) { Content = Json(JsonSerializer.Serialize(body, Wire)) }, Patience, cancellationToken);

    public Task<Answer> Put(string path, object body, CancellationToken cancellationToken) => Put(path, JsonSerializer.Serialize(body, Wire), null, cancellationToken);

    public Task<Answer> Put(string path, string json, string? etag, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, Of(path)) { Content = Json(json) };
        if (etag is not null) request.Headers.IfMatch.Add(new EntityTagHeaderValue(etag));
        return Send(request, Patience, cancellationToken);
    }

    /// <summary>An answer that is read while it comes. Whether it begins within the patience is known here; how it goes on, its reader finds out.</summary>
    /// <param name="accept">The form that is asked for.</param>
    /// <param name="lastEventId">The last event that was read; null = none.</param>
    public async Task<HttpResponseMessage> Open(string path, string accept, CancellationToken cancellationToken, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Of(path)) { Headers = { { "Accept", accept } } };
        if (lastEventId is not null) request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        return await Answered(request, Patience, async token =>
        {
            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
            if (response.IsSuccessStatusCode) return response;
            using (response) throw Refused(response, await response.Content.ReadAsStringAsync(token));
        }, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private string Shown => _url.ToString().TrimEnd('/');

    private Uri Of(string path) => new(_url, path.TrimStart('/'));

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private async Task<Answer> Send(HttpRequestMessage request, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var _ = request;
        return await Answered(request, patience, async token =>
        {
            using var response = await _http.SendAsync(request, token);
            return Read(request, response, await response.Content.ReadAsStringAsync(token));
        }, cancellationToken);
    }

    private async Task<T> Answered<T>(HttpRequestMessage request, TimeSpan patience, Func<CancellationToken, Task<T>> asking, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await asking(either.Token);
        }
        catch (HttpRequestException e)
        {
            throw new UnreachableException($"{Shown} does not answer ({e.Message}). Is the cluster up (gaia up, gaia ps)? Another address: --url or GAIA_URL.", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            var still = request.Method == HttpMethod.Get ? "" : " What was asked may still take effect; look with: gaia status.";
            throw new UnreachableException($"{Shown} did not answer within {patience.TotalSeconds:0} s.{still} Another address: --url or GAIA_URL.", e);
        }
    }

    private static ProblemException Refused(HttpResponseMessage response, string body) =>
        new(Problem.Read((int)response.StatusCode, response.ReasonPhrase ?? "", response.Headers.Location is { } there ? $"It points to {there}." : body));

    private static Answer Read(HttpRequestMessage request, HttpResponseMessage response, string body)
    {
        var status = (int)response.StatusCode;
        if (!response.IsSuccessStatusCode) throw Refused(response, body);
        var headers = response.Headers.ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
        if (body.Length == 0) return new(status, "", default, headers);
        if (!JsonText.TryParse(body, out var json))
            throw new ProblemException(Problem.Read(status, $"without JSON: {request.RequestUri} is not a silo's control plane", body));
        return new(status, body, json, headers);
    }
}
