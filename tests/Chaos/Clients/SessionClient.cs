using System.Text;
using System.Text.Json;
using GaiaOrleans.Chaos.Checks;
using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Clients;

/// <summary>One client: does one thing after the other, and writes down what it was told.</summary>
internal sealed class SessionClient(string name, Door door, KnownSessions sessions, Recorder recorder, Random random)
{
    /// <summary>The member that holds the register.</summary>
    public const string Member = "register";

    private const int Attempts = 3;
    private const int OneInSoManyIsAList = 100;
    private const int Makes = 12;

    private readonly Dictionary<string, long> _versions = [];
    private int _written, _made;

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

        var session = sessions.Any(random);
        var value = $"{name}-{++_written}";
        switch (random.Next(40))
        {
            case < 18:
                await Do(session, OperationKind.Read, null, null, HttpMethod.Get, null, keyed: false);
                break;
            case < 27:
                await Do(session, OperationKind.Write, value, null, HttpMethod.Put, Document(session, value), keyed: true);
                break;
            case < 31:
                await Do(session, OperationKind.Write, value, null, HttpMethod.Put, Document(session, value), keyed: false);
                break;
            case < 32 when _made < Makes:
                var made = $"made-{name}-{++_made}";
                sessions.Add(made);
                await Do(made, OperationKind.Write, value, null, HttpMethod.Post, Document(made, value), keyed: true);
                break;
            case < 36 when _versions.TryGetValue(session, out var version):
                await Do(session, OperationKind.Write, value, version, HttpMethod.Patch, $$"""{"{{Member}}":"{{value}}"}""", keyed: true);
                break;
            case < 38:
                await Do(session, OperationKind.Write, value, null, HttpMethod.Patch, $$"""{"{{Member}}":"{{value}}"}""", keyed: true);
                break;
            default:
                await Do(session, OperationKind.Delete, null, null, HttpMethod.Delete, null, keyed: true);
                break;
        }
    }

    private static string Document(string session, string value) => $$"""{"id":"{{session}}","session_name":"{{session}}","status":"busy","{{Member}}":"{{value}}"}""";

    /// <param name="keyed">With an idempotency key, and so asked again while nobody knows what became of it.</param>
    private async Task Do(string session, OperationKind kind, string? value, long? expected, HttpMethod method, string? body, bool keyed)
    {
        var key = keyed ? Guid.NewGuid().ToString("N") : null;
        var invoked = recorder.Now;
        var (outcome, answer) = (Outcome.Unknown, default(Answer?));
        var attempt = 0;
        for (; attempt < (keyed ? Attempts : 1) && outcome == Outcome.Unknown; attempt++)
        {
            answer = await door.Send(gateway => Request(gateway, session, method, body, key, expected));
            var now = Answer.OutcomeOf(answer, kind);
            // Once nobody knew, a refusal of the repetition says nothing about the first attempt.
            outcome = attempt > 0 && now == Outcome.Refused ? Outcome.Unknown : now;
        }

        var read = kind == OperationKind.Read && outcome == Outcome.Done ? answer!.Shown : value;
        recorder.Add(new(session, name, kind, read, expected, invoked, recorder.Now, outcome, answer?.Version, answer?.Epoch, answer?.Side, answer?.Said ?? "no answer") { Attempts = attempt });
        if (outcome == Outcome.Done && answer?.Version is { } version) _versions[session] = version;
    }

    private static HttpRequestMessage Request(Uri gateway, string session, HttpMethod method, string? body, string? key, long? expected)
    {
        var request = new HttpRequestMessage(method, new Uri(gateway, method == HttpMethod.Post ? "api/sessions" : $"api/sessions/{session}"));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json");
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        if (expected is { } version) request.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
        return request;
    }

    /// <summary>A list is a read of every session at once: of those that are in it, and of those that are not. Lists change nothing: what was not answered was not read.</summary>
    private async Task List()
    {
        var (invoked, known) = (recorder.Now, sessions.All);
        if (await door.Get("api/sessions", Listing) is not { } list) return;
        var answered = recorder.Now;
        recorder.Listed();
        foreach (var session in known)
            recorder.Add(new(session, name, OperationKind.Read, list.Registers.GetValueOrDefault(session), null, invoked, answered, Outcome.Done, null, list.Epoch, null, list.Registers.ContainsKey(session) ? "listed" : "404 not listed") { Listed = true });
    }

    private static Listed Listing(string text, Answer told)
    {
        using var list = JsonDocument.Parse(text);
        return new(list.RootElement.EnumerateArray().ToDictionary(s => s.GetProperty("id").GetString()!, s => s.TryGetProperty(Member, out var value) ? value.GetString() : OrderCheck.Seed), told.Epoch);
    }

    private sealed record Listed(Dictionary<string, string?> Registers, long? Epoch);
}
