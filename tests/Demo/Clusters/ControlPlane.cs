using System.Text;
using System.Text.Json;

namespace GaiaOrleans.Demo.Clusters;

/// <summary>
/// Control calls to whichever silo lives. A refusal (4xx) fails the demo at once; a silo that does not answer, or answers 5xx
/// because its peer has just died, is asked again beside the others until the deadline.
/// </summary>
internal sealed class ControlPlane(HttpClient http, Cluster cluster, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly List<string> _silos = [.. cluster.Silos.Select(silo => silo.Url)];

    public void Lost(Silo silo) => _silos.Remove(silo.Url);

    public Task<T> Get<T>(string path, CancellationToken cancellation) => Send<T>(_silos, HttpMethod.Get, path, null, cancellation);

    public Task<T> Post<T>(string path, object body, CancellationToken cancellation) => Send<T>(_silos, HttpMethod.Post, path, body, cancellation);

    public Task<T> GetFromGateway<T>(string path, CancellationToken cancellation) =>
        Send<T>([cluster.Gateway.Url], HttpMethod.Get, path, null, cancellation);

    public Task<T> PostToGateway<T>(string path, object body, CancellationToken cancellation) =>
        Send<T>([cluster.Gateway.Url], HttpMethod.Post, path, body, cancellation);

    private async Task<T> Send<T>(List<string> hosts, HttpMethod method, string path, object? body, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(250), time);
        while (true)
        {
            var failures = new List<string>();
            foreach (var host in hosts)
            {
                var (answer, why) = await Try<T>(host, method, path, body, cancellation);
                if (answer is not null)
                    return answer;
                failures.Add(why);
            }
            if (time.GetElapsedTime(started) > Patience)
                throw new DemoFailedException($"{method} {path}: {string.Join("; ", failures)}");
            await pause.WaitForNextTickAsync(cancellation);
        }
    }

    private async Task<(T? Answer, string Failure)> Try<T>(string host, HttpMethod method, string path, object? body, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(method, Urls.Join(host, path));
            if (body is not null)
                request.Content = new StringContent(JsonSerializer.Serialize(body, Json.Wire), Encoding.UTF8, "application/json");
            using var response = await http.SendAsync(request, cancellation);
            var bytes = await response.Content.ReadAsByteArrayAsync(cancellation);
            var status = (int)response.StatusCode;
            if (status is >= 200 and < 300)
                return (JsonSerializer.Deserialize<T>(bytes, Json.Wire), "an empty answer");
            var problem = Problem.Read(status, bytes);
            if (status < 500)
                throw new DemoFailedException($"{method} {path} was refused: {problem}");
            return (default, $"{host} answered {problem}");
        }
        catch (HttpRequestException e)
        {
            return (default, $"{host} does not answer ({e.Message})");
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (default, $"{host} did not answer within {http.Timeout.TotalSeconds:0} s");
        }
        catch (JsonException e)
        {
            throw new DemoFailedException($"{method} {path} answered something unexpected: {e.Message}");
        }
    }
}
