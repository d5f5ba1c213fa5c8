using System.Text.Json;

namespace GaiaOrleans.Demo.Checks;

internal sealed record SideRead(int Status, JsonElement? Body, string? ServedBy, string? NextCursor);

/// <summary>Reads of one side for the check: only 200 and 404 are answers, anything else is asked again for a while.</summary>
internal sealed class SideReads(HttpClient http, TimeProvider time)
{
    private const int Attempts = 10;

    public async Task<SideRead> Get(string url, CancellationToken cancellation)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(500), time);
        var failure = "";
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            try
            {
                using var response = await http.GetAsync(url, cancellation);
                var status = (int)response.StatusCode;
                if (status == 404)
                    return new(status, null, Header(response, "X-Gaia-Served-By"), null);
                if (status == 200)
                {
                    await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
                    var body = await JsonSerializer.DeserializeAsync<JsonElement>(stream, cancellationToken: cancellation);
                    return new(status, body, Header(response, "X-Gaia-Served-By"), Header(response, "X-Next-Cursor"));
                }
                failure = $"answered {status}";
            }
            catch (HttpRequestException e)
            {
                failure = e.Message;
            }
            catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
            {
                failure = $"no answer within {http.Timeout.TotalSeconds:0} s";
            }
            await pause.WaitForNextTickAsync(cancellation);
        }
        throw new DemoFailedException($"the check cannot read {url}: {failure}");
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.First() : null;
}
