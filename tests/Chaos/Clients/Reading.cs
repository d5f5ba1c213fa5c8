using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using GaiaOrleans.Chaos.Checks;
using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Clients;

/// <summary>What every session is while nobody writes: by which side it is served, and how it looks from everywhere.</summary>
internal sealed class Reading(HttpClient http, IReadOnlyList<Uri> gateways)
{
    private const int AtOnce = 8;
    private static readonly int[] Tried = [25, 50, 75, 100];

    /// <summary>Tries one split after the other, and leaves the last. What it asks for is counted as the clients' is.</summary>
    /// <returns>The least percentage at which the target serves a session; with 100 it serves every one.</returns>
    /// <exception cref="InvalidOperationException">It does not.</exception>
    public async Task<IReadOnlyDictionary<string, decimal>> Sides(IReadOnlyList<string> sessions, Admin admin, Recorder recorder)
    {
        var goFrom = new ConcurrentDictionary<string, decimal>();
        foreach (var percentage in Tried)
        {
            await admin.Must($"split {percentage}", "api/traffic-split", Admin.SplitBody(percentage));
            await Each(sessions, async session =>
            {
                recorder.Ask();
                using var answer = await http.GetAsync(At(gateways[0], session));
                recorder.Answer();
                if (Answer.Of(answer, await answer.Content.ReadAsStringAsync()).Side == "go") goFrom.TryAdd(session, percentage);
            });
        }

        return goFrom.Count == sessions.Count ? goFrom : throw new InvalidOperationException($"At 100 % the target serves {goFrom.Count} of {sessions.Count} sessions.");
    }

    /// <returns>The register that the cluster and GAIA_HOME show of each, and the sessions that gateways show differently.</returns>
    public async Task<(IReadOnlyDictionary<string, (string? Go, string? Python)> Registers, IReadOnlyList<string> Different)> Everywhere(IReadOnlyList<string> sessions, Uri legacy)
    {
        var (registers, different) = (new ConcurrentDictionary<string, (string?, string?)>(), new ConcurrentBag<string>());
        await Each(sessions, async session =>
        {
            var shown = new List<string?>();
            foreach (var gateway in gateways) shown.Add(await Document(gateway, session));
            if (shown.Distinct().Count() > 1) different.Add(session);
            registers[session] = (RegisterIn(shown[0]), RegisterIn(await Document(legacy, session)));
        });
        return (registers, [.. different]);
    }

    private static Task Each(IReadOnlyList<string> sessions, Func<string, Task> look) =>
        Parallel.ForEachAsync(sessions, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (session, _) => await look(session));

    private static Uri At(Uri side, string session) => new(side, $"api/sessions/{session}");

    private static string? RegisterIn(string? document) => document is null ? null : JsonNode.Parse(document)?[SessionClient.Member]?.GetValue<string>() ?? OrderCheck.Seed;

    /// <summary>Null = there is none.</summary>
    private async Task<string?> Document(Uri side, string session)
    {
        using var answer = await http.GetAsync(At(side, session));
        if (answer.StatusCode == HttpStatusCode.NotFound) return null;
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync();
    }
}
