using System.Net.Http.Json;
using System.Text.Json;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Silo.Tests.Legacy;

/// <summary>What the stand-in counted, from its own side, and what others do there.</summary>
internal static class HomeStats
{
    private static readonly HttpClient Http = new();

    /// <summary>How often each method was applied to a session, as "POST 1, PUT 2"; zeros are left out.</summary>
    public static async Task<string> Applied(this GaiaHomeProcess home, string id)
    {
        var writes = await Http.GetFromJsonAsync<JsonElement>(new Uri(home.Url, "__stats/writes?id=" + Uri.EscapeDataString(id)));
        return string.Join(", ", writes.EnumerateObject().Where(m => m.Name != "id" && m.Value.GetInt32() > 0).Select(m => $"{m.Name} {m.Value}"));
    }

    public static async Task<int> InFlight(this GaiaHomeProcess home) =>
        (await Http.GetFromJsonAsync<JsonElement>(new Uri(home.Url, "__stats"))).GetProperty("in_flight").GetInt32();

    /// <summary>Requests that met the fault that is set.</summary>
    public static async Task<int> Affected(this GaiaHomeProcess home) =>
        (await Http.GetFromJsonAsync<JsonElement>(new Uri(home.Url, "__faults"))).GetProperty("affected").GetInt32();

    /// <summary>Requests since the start, by "METHOD path".</summary>
    public static async Task<int> Requests(this GaiaHomeProcess home, string label) =>
        (await Http.GetFromJsonAsync<JsonElement>(new Uri(home.Url, "__stats"))).GetProperty("requests").TryGetProperty(label, out var count) ? count.GetInt32() : 0;

    public static async Task Seed(this GaiaHomeProcess home, string json)
    {
        using var answer = await Http.PostAsync(new Uri(home.Url, "api/sessions"), new StringContent(json));
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>As a client that writes past us.</summary>
    public static async Task Remove(this GaiaHomeProcess home, string id)
    {
        using var answer = await Http.DeleteAsync(new Uri(home.Url, "api/sessions/" + Uri.EscapeDataString(id)));
        answer.EnsureSuccessStatusCode();
    }
}
