using System.Globalization;
using System.Text;
using System.Text.Json;
using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Clients;

/// <summary>One client: does one thing after the other, through whichever gateway it draws, and writes down what it was told.</summary>
internal sealed class SessionClient(string name, HttpClient http, IReadOnlyList<Uri> gateways, IReadOnlyList<string> sessions, Recorder recorder, Random random)
{
    /// <summary>The member that holds the register.</summary>
    public const string Member = "register";

    private const int Attempts = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // Refusals that say that nothing took effect.
    private static readonly HashSet<string> Certain = ["lead_unavailable", "closing"];

    private readonly Dictionary<string, long> _versions = [];
    private int _written;

    public async Task Run(TimeSpan pace, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(pace);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping)) await Next();
        }
        catch (OperationCanceledException)
        {
            // Asked to stop between two operations: what was asked has been written down.
        }
    }

    private async Task Next()
    {
        // A few hot sessions and many cold ones.
        var session = sessions[random.Next(2) == 0 ? random.Next(Math.Min(4, sessions.Count)) : random.Next(sessions.Count)];
        var value = $"{name}-{++_written}";
        switch (random.Next(20))
        {
            case < 9:
                await Do(session, OperationKind.Read, null, null, HttpMethod.Get, null, keyed: false);
                break;
            case < 14:
                await Do(session, OperationKind.Write, value, null, HttpMethod.Put, Document(session, value), keyed: true);
                break;
            case < 16:
                await Do(session, OperationKind.Write, value, null, HttpMethod.Put, Document(session, value), keyed: false);
                break;
            case < 18 when _versions.TryGetValue(session, out var version):
                await Do(session, OperationKind.Write, value, version, HttpMethod.Patch, $$"""{"{{Member}}":"{{value}}"}""", keyed: true);
                break;
            case < 19:
                await Do(session, OperationKind.Write, value, null, HttpMethod.Patch, $$"""{"{{Member}}":"{{value}}"}""", keyed: true);
                break;
            default:
                await Do(session, OperationKind.Delete, null, null, HttpMethod.Delete, null, keyed: true);
                break;
        }
    }

    private static string Document(string session, string value) => $$"""{"session_name":"{{session}}","status":"busy","{{Member}}":"{{value}}"}""";

    /// <param name="keyed">With an idempotency key, and so asked again while nobody knows what became of it.</param>
    private async Task Do(string session, OperationKind kind, string? value, long? expected, HttpMethod method, string? body, bool keyed)
    {
        var key = keyed ? Guid.NewGuid().ToString("N") : null;
        var invoked = recorder.Now;
        var (outcome, answer) = (Outcome.Unknown, default(Heard?));
        for (var attempt = 0; attempt < (keyed ? Attempts : 1) && outcome == Outcome.Unknown; attempt++)
        {
            answer = await Ask(session, method, body, key, expected);
            var now = OutcomeOf(answer, kind);
            // Once nobody knew, a refusal of the repetition says nothing about the first attempt.
            outcome = attempt > 0 && now == Outcome.Refused ? Outcome.Unknown : now;
        }

        var read = kind == OperationKind.Read && outcome == Outcome.Done ? answer!.Register : value;
        recorder.Add(new(session, name, kind, read, expected, invoked, recorder.Now, outcome, kind == OperationKind.Read ? null : answer?.Version, answer?.Epoch, answer?.Said ?? "no answer"));
        if (outcome == Outcome.Done && answer?.Version is { } version) _versions[session] = version;
    }

    private static Outcome OutcomeOf(Heard? answer, OperationKind kind) => answer switch
    {
        null => Outcome.Unknown,
        { Status: >= 200 and < 300 } => Outcome.Done,
        // Not a value: nothing to compare with, but nothing was promised either.
        { Status: 404 } when kind == OperationKind.Read => Outcome.Refused,
        { Status: < 500 } => Outcome.Refused,
        { Code: { } code } when Certain.Contains(code) => Outcome.Refused,
        _ => Outcome.Unknown,
    };

    private sealed record Heard(int Status, string? Code, long? Version, long? Epoch, string? Register)
    {
        public string Said => $"{Status} {Code}";
    }

    private async Task<Heard?> Ask(string session, HttpMethod method, string? body, string? key, long? expected)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(gateways[random.Next(gateways.Count)], $"api/sessions/{session}"));
            if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json");
            if (key is not null) request.Headers.Add("Idempotency-Key", key);
            if (expected is { } version) request.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
            using var answer = await http.SendAsync(request, patience.Token);
            var text = await answer.Content.ReadAsStringAsync(patience.Token);
            return new((int)answer.StatusCode, Text(text, "code"), Number(answer.Headers.ETag?.Tag.Trim('"')), Header(answer, "X-Gaia-Epoch"), Text(text, Member));
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            return null;
        }
    }

    private static string? Text(string json, string member)
    {
        try
        {
            if (json.Length == 0) return null;
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static long? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? Number(values.First()) : null;

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
