using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GaiaOrleans.Demo.Clusters;

namespace GaiaOrleans.Demo.Clients;

/// <summary>One HTTP attempt against the gateway; never throws for what the network or the gateway does.</summary>
internal sealed class SessionRequests(HttpClient http, string gateway, TimeProvider time)
{
    public async Task<Answer> Send(HttpMethod method, string id, JsonObject? body, string? key)
    {
        using var request = new HttpRequestMessage(method, method == HttpMethod.Post ? Urls.Join(gateway, "/api/sessions") : Urls.Session(gateway, id));
        if (body is not null)
        {
            var type = method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json";
            request.Content = new StringContent(body.ToJsonString(Json.Wire), Encoding.UTF8, new MediaTypeHeaderValue(type));
        }
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);

        var sent = time.GetTimestamp();
        try
        {
            using var response = await http.SendAsync(request);
            var bytes = await response.Content.ReadAsByteArrayAsync();
            var parsed = Parse(bytes);
            return new((int)response.StatusCode, sent, time.GetElapsedTime(sent))
            {
                Body = parsed,
                Code = parsed is { ValueKind: JsonValueKind.Object } problem && problem.TryGetProperty("code", out var code) ? code.ToString() : null,
                ServedBy = Header(response, "X-Gaia-Served-By"),
                DualWrite = Header(response, "X-Gaia-Dual-Write"),
                RetryAfter = response.Headers.RetryAfter?.Delta,
            };
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
        {
            return new(0, sent, time.GetElapsedTime(sent));
        }
    }

    private static JsonElement? Parse(byte[] bytes)
    {
        if (bytes.Length == 0)
            return null;
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(bytes);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.First() : null;
}
