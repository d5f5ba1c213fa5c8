using System.Net;
using System.Text.Json.Nodes;
using GaiaOrleans.Chaos.Checks;
using GaiaOrleans.Chaos.History;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Chaos.Clients;

/// <summary>What is left when everything is over.</summary>
/// <param name="Epochs">All that there have been.</param>
/// <param name="Unsettled">What should have been otherwise, beside sessions.</param>
internal sealed record Remains(IReadOnlyList<Final> Finals, IReadOnlyList<SplitEpoch> Epochs, IReadOnlyList<Violation> Unsettled)
{
    public static Remains None(Violation why) => new([], [], [why]);
}

/// <summary>When nothing breaks any more: everything is ready by itself, what was pending arrives, and both sides are compared.</summary>
internal sealed class Rest(LocalCluster cluster, HttpClient http, Admin admin, Databases databases, Recorder recorder)
{
    private static readonly string[] Unverified = ["mismatched", "pending", "failed"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // A gateway tells a silo every five seconds what it has counted.
    private static readonly TimeSpan Reported = TimeSpan.FromSeconds(15);

    /// <param name="whole">Nothing befell a process that counts requests.</param>
    public async Task<Remains> Look(KnownSessions sessions, bool whole, CancellationToken cancellation)
    {
        IReadOnlyList<Uri> gateways = [.. cluster.Silos.Select(s => s.Url), cluster.Gateway.Url];
        foreach (var url in gateways) await Ready(url);
        recorder.Happened($"the rollout: {(await Json("api/migration/status"))?.ToJsonString()}");
        // While it is off nothing is delivered.
        await admin.Must("dual-write on", "api/migration/dual-write", new { enabled = true, reason = "chaos is over" });
        var lag = await Eventually.Get(() => Json("api/migration/sync-lag"), json => json?["pending"]?.GetValue<long>() == 0, Patience);
        // Until then the target alone serves what a late request may change on GAIA_HOME, and nobody calls that a difference.
        await Eventually.Get(() => databases.Late(cancellation), late => late == 0, Patience);
        var migrated = await Finish("migrate");
        var verified = await Finish("verify");
        var wrong = Unverified.Any(member => verified[member]?.GetValue<long>() is not 0) || verified["state"]?.GetValue<string>() != "completed";
        var conflicts = await Json("api/migration/conflicts");
        // Before anybody asks for sessions who is not among the clients.
        var counted = await Counted(atLeast: whole ? recorder.Answered : 0);
        var (stored, held) = (await databases.InPostgres(cancellation), await databases.InSqlite(cancellation));
        // Nobody writes any more: it has looked at all there is, and at what is left of sessions that were deleted.
        wrong |= verified["done"]?.GetValue<long>() < stored.Keys.Union(held.Keys).Count();
        var behind = await databases.Unsettled(cancellation);
        var all = sessions.All;
        // The target serves all of them, and GAIA_HOME is asked itself.
        await admin.Must("split 100", "api/traffic-split", Admin.SplitBody(100));
        var shown = await new Reading(http, gateways).Everywhere(all, cluster.Legacy.Url);
        return new(
            [.. all.Select(s => new Final(s, shown.Registers[s].Go, shown.Registers[s].Python, stored.GetValueOrDefault(s), held.GetValueOrDefault(s)) { Made = !sessions.WasThere(s) })],
            await Epochs(),
            [
                .. LedgerCheck.Of(migrated, held.Count),
                .. CountCheck.Of(counted, recorder.Asked, recorder.Answered, whole),
                .. wrong ? [new Violation(ViolationKind.Diverged, "", $"the last verification: {verified.ToJsonString()}; lag {lag?.ToJsonString()}; conflicts {conflicts?.ToJsonString()}", [])] : Array.Empty<Violation>(),
                .. behind.Select(session => new Violation(ViolationKind.Diverged, session, "the cluster does not say that GAIA_HOME has all of it", [])),
                .. shown.Different.Select(session => new Violation(ViolationKind.Diverged, session, "gateways show it differently", [])),
                .. stored.Keys.Union(held.Keys).Except(all).Select(session => new Violation(ViolationKind.Diverged, session, "nobody has made it", [])),
            ]);
    }

    private async Task<IReadOnlyList<SplitEpoch>> Epochs() =>
        [.. (await Json("api/migration/history?limit=1000"))!.AsArray().Select(entry => SplitEpoch.Of(entry!["epoch"]!.GetValue<long>(), entry["to"]!.GetValue<string>()))];

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

        Task<JsonNode?> Over() => Eventually.Get(Going, json => json?["state"]?.GetValue<string>() is not ("running" or "paused"), Patience);

        // The guard looks back five minutes: it may only now hear of what gateways could not tell it, and stop everything.
        async Task<JsonNode?> Going()
        {
            if ((await Json("api/migration/status"))?["paused"] is not null) await admin.Resume();
            var run = await Json($"api/migration/runs/{kind}");
            if (run?["state"]?.GetValue<string>() is "paused") await admin.GoOn(kind);
            return run;
        }
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
}
