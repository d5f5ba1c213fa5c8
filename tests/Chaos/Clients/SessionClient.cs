using System.Globalization;
using System.Text;
using System.Text.Json;
using GaiaOrleans.Chaos.Checks;
using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Clients;

/// <summary>One client: does one thing after the other, through whichever gateway it draws, and writes down what it was told.</summary>
internal sealed class SessionClient(string name, HttpClient http, IReadOnlyList<Uri> gateways, IReadOnlyList<string> sessions, Recorder recorder, Random random)
{
    /// <summary>The member that holds the register.</summary>
    public const string Member = "register";

    private const int Attempts = 3;
    private const int OneInSoManyIsAList = 100;
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
        if (random.Next(OneInSoManyIsAList) == 0)
        {
            await List();
            return;
        }

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
            answer = await Sent(session, method, body, key, expected);
            var now = OutcomeOf(answer, kind);
            // Once nobody knew, a refusal of the repetition says nothing about the first attempt.
            outcome = attempt > 0 && now == Outcome.Refused ? Outcome.Unknown : now;
        }

        var read = kind == OperationKind.Read && outcome == Outcome.Done ? answer!.Shown : value;
        recorder.Add(new(session, name, kind, read, expected, invoked, recorder.Now, outcome, kind == OperationKind.Read ? null : answer?.Version, answer?.Epoch, answer?.Lead, answer?.Said ?? "no answer"));
        if (outcome == Outcome.Done && answer?.Version is { } version) _versions[session] = version;
    }

    private static Outcome OutcomeOf(Heard? answer, OperationKind kind) => answer switch
    {
        null => Outcome.Unknown,
        { Status: >= 200 and < 300 } => Outcome.Done,
        { Sent: false } => Outcome.Refused,
        // There is no such session, and that is an answer.
        { Status: 404 } when kind == OperationKind.Read => Outcome.Done,
        { Status: < 500 } => Outcome.Refused,
        { Code: { } code } when Certain.Contains(code) => Outcome.Refused,
        _ => Outcome.Unknown,
    };

    private sealed record Heard(int Status, string? Code, long? Version, long? Epoch, string? Lead, string? Register)
    {
        /// <summary>Nobody listens there.</summary>
        public static readonly Heard Nothing = new(0, "not sent", null, null, null, null);

        public bool Sent => Status > 0;

        public string Said => $"{Status} {Code}";

        /// <summary>Null = no session; one that has no register yet shows what was there at first.</summary>
        public string? Shown => Status == 404 ? null : Register ?? OrderCheck.Seed;
    }

    /// <summary>Where nobody listens nothing was sent, and another gateway is as good.</summary>
    private async Task<Heard?> Sent(string session, HttpMethod method, string? body, string? key, long? expected)
    {
        var answer = Heard.Nothing;
        for (var gateway = 0; gateway < gateways.Count && answer is { Sent: false }; gateway++) answer = await Ask(session, method, body, key, expected);
        return answer;
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
            recorder.Ask();
            using var answer = await http.SendAsync(request, patience.Token);
            var text = await answer.Content.ReadAsStringAsync(patience.Token);
            recorder.Answer();
            return new((int)answer.StatusCode, Text(text, "code"), Number(answer.Headers.ETag?.Tag.Trim('"')), Number(Header(answer, "X-Gaia-Epoch")), Header(answer, "X-Gaia-Served-By"), Text(text, Member));
        }
        // What has no body the client library sends once more by itself when a connection breaks, and then tells only that the new one was refused (seed 1).
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError && method != HttpMethod.Delete)
        {
            recorder.Unask();
            return Heard.Nothing;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            return null;
        }
    }

    /// <summary>A list is a read of every session at once: of those that are in it, and of those that are not.</summary>
    private async Task List()
    {
        var invoked = recorder.Now;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            recorder.Ask();
            using var answer = await http.GetAsync(new Uri(gateways[random.Next(gateways.Count)], "api/sessions"), patience.Token);
            recorder.Answer();
            if (!answer.IsSuccessStatusCode) return;
            using var list = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync(patience.Token));
            var answered = recorder.Now;
            var listed = list.RootElement.EnumerateArray().ToDictionary(s => s.GetProperty("id").GetString()!, s => s.TryGetProperty(Member, out var value) ? value.GetString() : OrderCheck.Seed);
            var epoch = Number(Header(answer, "X-Gaia-Epoch"));
            foreach (var session in sessions) recorder.Add(new(session, name, OperationKind.Read, listed.GetValueOrDefault(session), null, invoked, answered, Outcome.Done, null, epoch, null, listed.ContainsKey(session) ? "listed" : "404 not listed") { Listed = true });
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            // Lists change nothing: what was not answered was not read.
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

    private static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? values.First() : null;

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
