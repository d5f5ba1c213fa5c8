using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Clients;

/// <summary>An operator who never rests: moves the split, turns back, changes the leading side, verifies. Refusals are answers like any other.</summary>
internal sealed class Admin(HttpClient http, IReadOnlyList<Uri> silos, Recorder recorder, Random random)
{
    public async Task Run(TimeSpan pace, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(pace);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping)) await Next();
        }
        catch (OperationCanceledException)
        {
            // As for the clients.
        }
    }

    private async Task Next()
    {
        switch (random.Next(8))
        {
            case < 4:
                var percentage = random.Next(0, 5) * 25;
                await Change($"split {percentage}", "api/traffic-split", new { go_percentage = percentage, python_percentage = 100 - percentage, force = true, reason = "chaos" });
                break;
            case 4:
                await Change("rollback", "api/migration/rollback", new { reason = "chaos", drain_timeout_s = 1 });
                break;
            case 5:
                var mode = random.Next(2) == 0 ? "go_leads" : "python_leads";
                await Change(mode, "api/migration/dual-write", new { mode, reason = "chaos" });
                break;
            case 6:
                await Change("migrate", "api/migration/runs", new { kind = "migrate" });
                break;
            default:
                await Change("verify", "api/migration/runs", new { kind = "verify" });
                break;
        }
    }

    /// <summary>What the guard stopped because of the faults goes on.</summary>
    public Task Resume() => Change("resume", "api/migration/resume", new { reason = "chaos is over" });

    /// <exception cref="InvalidOperationException">It was not done.</exception>
    public async Task Must(string what, string path, object body)
    {
        if (await Change(what, path, body) is null) throw new InvalidOperationException($"{what} was refused: {recorder.Events[^1].What}");
    }

    /// <returns>The answer of success; null = refused, or not answered.</returns>
    private async Task<JsonNode?> Change(string what, string path, object body)
    {
        try
        {
            using var answer = await http.PostAsJsonAsync(new Uri(silos[random.Next(silos.Count)], path), body, JsonSerializerOptions.Web);
            var text = await answer.Content.ReadAsStringAsync();
            recorder.Happened($"{what}: {(int)answer.StatusCode}{(answer.IsSuccessStatusCode ? "" : $" {text}")}");
            if (!answer.IsSuccessStatusCode) return null;
            var json = JsonNode.Parse(text);
            if (json?["epoch"]?.GetValue<long>() is { } epoch) recorder.Fenced(epoch);
            return json;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            recorder.Happened($"{what}: {e.Message}");
            return null;
        }
    }
}
