using System.Net;
using System.Text.Json.Nodes;
using GaiaOrleans.Chaos.Checks;
using GaiaOrleans.Chaos.History;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Chaos.Clients;

/// <summary>When nothing breaks any more: everything is ready by itself, what was pending arrives, and both sides are compared.</summary>
internal sealed class Rest(LocalCluster cluster, HttpClient http, Admin admin, Recorder recorder)
{
    private static readonly string[] Unverified = ["mismatched", "pending", "failed"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // A gateway tells a silo every five seconds what it has counted.
    private static readonly TimeSpan Reported = TimeSpan.FromSeconds(15);

    /// <param name="whole">Nothing befell a process that counts requests.</param>
    public async Task<(IReadOnlyList<Final> Finals, IReadOnlyList<Violation> Unsettled)> Look(IReadOnlyList<string> sessions, bool whole, CancellationToken cancellation)
    {
        foreach (var url in cluster.Silos.Select(s => s.Url).Append(cluster.Gateway.Url)) await Ready(url);
        var lag = await Eventually.Get(() => Json("api/migration/sync-lag"), json => json?["pending"]?.GetValue<long>() == 0, Patience);
        await admin.Must("dual-write on", "api/migration/dual-write", new { enabled = true, reason = "chaos is over" });
        await admin.Resume();
        var migrated = await Finish("migrate");
        var verified = await Finish("verify");
        var wrong = Unverified.Any(member => verified[member]?.GetValue<long>() is not 0) || verified["state"]?.GetValue<string>() != "completed";
        var conflicts = await Json("api/migration/conflicts");
        var counted = await Counted(atLeast: whole ? recorder.Answered : 0);
        var finals = new List<Final>();
        var (stored, held) = (await Databases.InPostgres(cluster, cancellation), await Databases.InSqlite(cluster, cancellation));
        // Nobody writes any more: it has looked at all there is, and at what is left of sessions that were deleted.
        wrong |= verified["done"]?.GetValue<long>() < stored.Keys.Union(held.Keys).Count();
        foreach (var session in sessions)
            finals.Add(new(session, await Register(cluster.Silos[0].Url, session), await Register(cluster.Legacy.Url, session), stored.GetValueOrDefault(session), held.GetValueOrDefault(session)));
        return (
            finals,
            [
                .. LedgerCheck.Of(migrated, held.Count),
                .. CountCheck.Of(counted, recorder.Asked, recorder.Answered, whole),
                .. wrong ? [new Violation(ViolationKind.Diverged, "", $"the last verification: {verified.ToJsonString()}; lag {lag?.ToJsonString()}; conflicts {conflicts?.ToJsonString()}", [])] : Array.Empty<Violation>(),
            ]);
    }

    private async Task<long> Counted(long atLeast)
    {
        try
        {
            return await Eventually.Get(Counted, counted => counted >= atLeast, Reported);
        }
        catch (TimeoutException)
        {
            // What is there then is what the check is about.
            return await Counted();
        }
    }

    private async Task<long> Counted() =>
        (await Json("api/migration/timeseries?minutes=1440"))?["windows"]?.AsArray().Sum(w => Of(w!["go"]) + Of(w["python"])) ?? 0;

    private static long Of(JsonNode? side) => side?["requests"]?.GetValue<long>() ?? 0;

    private Task Ready(Uri url) => Eventually.Get(() => Status(new(url, "health/ready")), status => status == HttpStatusCode.OK, Patience);

    /// <summary>A whole run that begins now; one of before may still be going.</summary>
    private async Task<JsonNode> Finish(string kind)
    {
        await Over();
        await admin.Must(kind, "api/migration/runs", new { kind });
        return (await Over())!;

        Task<JsonNode?> Over() => Eventually.Get(() => Json($"api/migration/runs/{kind}"), json => json?["state"]?.GetValue<string>() is not ("running" or "paused"), Patience);
    }

    private async Task<HttpStatusCode?> Status(Uri url)
    {
        try
        {
            using var answer = await http.GetAsync(url);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
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
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())?[SessionClient.Member]?.GetValue<string>() ?? OrderCheck.Seed;
    }
}
