using System.Net;
using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Clients;

/// <summary>By which one client reaches the cluster.</summary>
/// <param name="gateways">One is drawn for each request; a client that has only one keeps to it, whatever becomes of it.</param>
/// <param name="patience">How long it waits for an answer.</param>
internal sealed class Door(HttpClient http, IReadOnlyList<Uri> gateways, TimeSpan patience, Recorder recorder, Random random)
{
    /// <summary>Where nobody listens nothing was sent, and another gateway is as good.</summary>
    /// <returns>Null = sent, and not answered.</returns>
    public async Task<Answer?> Send(Func<Uri, HttpRequestMessage> request)
    {
        var answer = Answer.Nothing;
        for (var gateway = 0; gateway < gateways.Count && answer is { Sent: false }; gateway++)
        {
            var asked = await Ask(request, Answer.Of);
            answer = asked.Refused ? Answer.Nothing : asked.Told;
        }

        return answer;
    }

    /// <returns>Null = not answered, or not with success.</returns>
    public async Task<T?> Get<T>(string path, Func<HttpResponseMessage, CancellationToken, Task<T>> read)
        where T : class =>
        (await Ask(gateway => new(HttpMethod.Get, new Uri(gateway, path)), async (response, cancellation) => response.IsSuccessStatusCode ? await read(response, cancellation) : null)).Told;

    private async Task<(bool Refused, T? Told)> Ask<T>(Func<Uri, HttpRequestMessage> make, Func<HttpResponseMessage, CancellationToken, Task<T>> read)
        where T : class?
    {
        using var waiting = new CancellationTokenSource(patience);
        using var request = make(gateways[random.Next(gateways.Count)]);
        try
        {
            recorder.Ask();
            using var response = await http.SendAsync(request, waiting.Token);
            var told = await read(response, waiting.Token);
            recorder.Answer();
            if (response.StatusCode == HttpStatusCode.InternalServerError && told is Answer { Code: "internal_error" }) recorder.Broke($"{request.Method} {request.RequestUri}: internal_error");
            return (false, told);
        }
        // What has no body the client library sends once more by itself when a connection breaks, and then tells only that the new one was refused (seed 1).
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError && request.Method != HttpMethod.Delete)
        {
            recorder.Unask();
            return (true, null);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            return (false, null);
        }
    }
}
