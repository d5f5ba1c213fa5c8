using System.Net;
using System.Text.Json;
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
            var asked = await Ask(request, (_, told) => told);
            answer = asked.Refused ? Answer.Nothing : asked.Told;
        }

        return answer;
    }

    /// <returns>Null = not answered, or not with success.</returns>
    public async Task<T?> Get<T>(string path, Func<string, Answer, T> read)
        where T : class =>
        (await Ask(gateway => new(HttpMethod.Get, new Uri(gateway, path)), (text, told) => told.Status == (int)HttpStatusCode.OK ? read(text, told) : null)).Told;

    private async Task<(bool Refused, T? Told)> Ask<T>(Func<Uri, HttpRequestMessage> make, Func<string, Answer, T> understand)
        where T : class?
    {
        using var waiting = new CancellationTokenSource(patience);
        using var request = make(gateways[random.Next(gateways.Count)]);
        try
        {
            recorder.Ask();
            using var response = await http.SendAsync(request, waiting.Token);
            var text = await response.Content.ReadAsStringAsync(waiting.Token);
            recorder.Answer();
            var told = Answer.Of(response, text);
            if (told.Code == "internal_error") recorder.Broke($"{request.Method} {request.RequestUri}: internal_error");
            return (false, understand(text, told));
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
        // What was answered is no list, or names a session twice.
        catch (Exception e) when (e is JsonException or ArgumentException or KeyNotFoundException or InvalidOperationException)
        {
            recorder.Broke($"{request.Method} {request.RequestUri}: {e.Message}");
            return (false, null);
        }
    }
}
