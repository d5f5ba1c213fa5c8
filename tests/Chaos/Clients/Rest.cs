using System.Net;
using System.Text.Json.Nodes;
using GaiaOrleans.Chaos.Checks;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Chaos.Clients;

/// <summary>When nothing breaks any more: everything is ready by itself, what was pending arrives, and both sides are compared.</summary>
internal sealed class Rest(LocalCluster cluster, HttpClient http, Admin admin)
{
    private static readonly string[] Unverified = ["mismatched", "pending", "failed"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public async Task<(IReadOnlyList<Final> Finals, IReadOnlyList<Violation> Unsettled)> Look(IReadOnlyList<string> sessions, CancellationToken cancellation)
    {
        await Task.WhenAll(cluster.Silos.Select(s => s.UntilReadyAsync(cancellation)).Append(cluster.Gateway.UntilReadyAsync(cancellation)));
        var lag = await Eventually.Get(() => Json("api/migration/sync-lag"), json => json?["pending"]?.GetValue<long>() == 0, Patience);
        await admin.Resume();
        // A run of before may still be going.
        await Eventually.Get(() => Json("api/migration/runs/verify"), json => json?["state"]?.GetValue<string>() is not ("running" or "paused"), Patience);
        await admin.Must("verify", "api/migration/runs", new { kind = "verify" });
        var verified = await Eventually.Get(() => Json("api/migration/runs/verify"), json => json?["state"]?.GetValue<string>() is not "running", Patience);
        var wrong = Unverified.Any(member => verified?[member]?.GetValue<long>() is not 0);
        var conflicts = await Json("api/migration/conflicts");
        var finals = new List<Final>();
        foreach (var session in sessions) finals.Add(new(session, await Register(cluster.Silos[0].Url, session), await Register(cluster.Legacy.Url, session)));
        return (finals, !wrong ? [] : [new(ViolationKind.Diverged, "", $"the last verification: {verified?.ToJsonString()}; lag {lag?.ToJsonString()}; conflicts {conflicts?.ToJsonString()}", [])]);
    }

    private async Task<JsonNode?> Json(string path)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(cluster.Silos[0].Url, path));
            return answer.IsSuccessStatusCode ? JsonNode.Parse(await answer.Content.ReadAsStringAsync()) : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private async Task<string?> Register(Uri side, string session)
    {
        using var answer = await http.GetAsync(new Uri(side, $"api/sessions/{session}"));
        if (answer.StatusCode == HttpStatusCode.NotFound) return null;
        answer.EnsureSuccessStatusCode();
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())?[SessionClient.Member]?.GetValue<string>() ?? "";
    }
}
