using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using GaiaOrleans.Chaos.History;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Chaos.Clients;

/// <summary>An operator who never rests: moves the split, turns back, changes the leading side, verifies. Refusals are answers like any other.</summary>
internal sealed class Admin(HttpClient http, IReadOnlyList<Uri> silos, Recorder recorder, Random random)
{
    // One that stands still, and one that is started again.
    private const int Asked = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20), Insistence = TimeSpan.FromMinutes(1), Pause = TimeSpan.FromSeconds(1);

    private bool _off;

    private static readonly string[] Phases = ["dual_write", "gradual_rollout", "monitoring"];

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
        if (_off)
        {
            _off = false;
            await On();
            return;
        }

        switch (random.Next(10))
        {
            case < 4:
                await Split();
                break;
            case 4:
                await Rollback();
                break;
            case 5:
                var mode = random.Next(2) == 0 ? "go_leads" : "python_leads";
                await Change(mode, "api/migration/dual-write", new { mode, reason = "chaos" });
                break;
            case 6:
                _off = true;
                await Off();
                break;
            case 7:
                await Phase();
                break;
            default:
                await Run(random.Next(2) == 0 ? "migrate" : "verify");
                break;
        }
    }

    public Task Split()
    {
        var percentage = random.Next(0, 5) * 25;
        return Change($"split {percentage}", "api/traffic-split", SplitBody(percentage));
    }

    public static object SplitBody(int percentage) => new { go_percentage = percentage, python_percentage = 100 - percentage, force = true, reason = "chaos" };

    public Task Rollback() => Change("rollback", "api/migration/rollback", new { reason = "chaos", drain_timeout_s = 1 });

    /// <summary>Dual-write off, which is refused while anything is pending; and on again, whatever came of that.</summary>
    public async Task Toggle()
    {
        await Off();
        await On();
    }

    /// <summary>On to the next phase or back, and never as far as there is no way back from.</summary>
    public Task Phase()
    {
        var phase = Phases[random.Next(Phases.Length)];
        return Change($"phase {phase}", "api/migration/phase", new { to = phase, force = true, reason = "chaos" });
    }

    private Task Off() => Switch(on: false);

    private Task On() => Switch(on: true);

    private async Task Switch(bool on)
    {
        var asked = recorder.Now;
        var outcome = await Change(on ? "dual-write on" : "dual-write off", "api/migration/dual-write", new { enabled = on, reason = "chaos" });
        if (outcome != Outcome.Refused) recorder.Switches.Add(on, asked, recorder.Now, outcome == Outcome.Done);
    }

    /// <summary>Begins one, or has one that has begun go on: it pauses by itself where pages fail, and stands still while the rollout is paused.</summary>
    public async Task Run(string kind)
    {
        if (await Change(kind, "api/migration/runs", new { kind }) != Outcome.Refused) return;
        await Resume();
        await GoOn(kind);
    }

    public Task GoOn(string kind) => Change($"{kind} again", $"api/migration/runs/{kind}/resume", new { });

    /// <summary>What the guard stopped because of the faults goes on.</summary>
    public Task Resume() => Change("resume", "api/migration/resume", new { reason = "chaos is over" });

    /// <summary>Asked again while it is refused: a connection that was cut is only tried again by either end after as long as it was.</summary>
    /// <exception cref="TimeoutException">It was not done.</exception>
    public Task Must(string what, string path, object body) =>
        Eventually.Get(async () => await Change(what, path, body) == Outcome.Done ? null : $"{what} was refused: {recorder.Events[^1].What}", refused => refused is null, Insistence, Pause);

    /// <summary>Whoever does not answer is not asked once more: the next silo is.</summary>
    private async Task<Outcome> Change(string what, string path, object body)
    {
        var (first, outcome) = (random.Next(silos.Count), Outcome.Refused);
        for (var n = 0; n < Asked; n++)
        {
            using var waiting = new CancellationTokenSource(Patience);
            try
            {
                using var answer = await http.PostAsJsonAsync(new Uri(silos[(first + n) % silos.Count], path), body, JsonSerializerOptions.Web, waiting.Token);
                var told = Understood(what, answer, await answer.Content.ReadAsStringAsync(waiting.Token));
                // What was asked before may have been done, or may yet be.
                return told == Outcome.Refused ? outcome : told;
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                recorder.Happened($"{what}: {e.Message}");
                if (e is not HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError }) outcome = Outcome.Unknown;
            }
        }

        return outcome;
    }

    private Outcome Understood(string what, HttpResponseMessage answer, string text)
    {
        recorder.Happened($"{what}: {(int)answer.StatusCode}{(answer.IsSuccessStatusCode ? "" : $" {text}")}");
        if (text.Contains("\"internal_error\"", StringComparison.Ordinal)) recorder.Broke($"{what}: {text}");
        if (!answer.IsSuccessStatusCode) return (int)answer.StatusCode < 500 || text.Contains("\"lead_unavailable\"", StringComparison.Ordinal) ? Outcome.Refused : Outcome.Unknown;
        recorder.Changed(what.Split(' ')[0]);
        var json = JsonNode.Parse(text);
        // A phase's answer is the plan from there on, which has it with the split.
        if ((json?["epoch"] ?? json?["traffic"]?["epoch"])?.GetValue<long>() is { } epoch) recorder.Fenced(epoch);
        return Outcome.Done;
    }
}
