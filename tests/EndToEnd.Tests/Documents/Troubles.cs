using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Documents;

/// <summary>One of each symptom that the guide knows, really there to be looked at: a write that GAIA_HOME refused, the guide's own conflict, a value that does not fit.</summary>
internal static class Troubles
{
    /// <summary>The cluster must have <see cref="Settings"/>, and dual-write on.</summary>
    public static async Task Begin(LocalCluster cluster)
    {
        var (silo, gateway, legacy) = (new Http(cluster.Silos[0].Url), new Http(cluster.Gateway.Url), new Http(cluster.Legacy.Url));
        await gateway.Put("api/sessions/session-123", """{"session_name":"session-123","status":"busy"}""").Ok();
        await silo.Post("api/migration/dual-write", """{"conflict_strategy":"manual","reason":"troubles"}""").Ok();
        var theirs = (await legacy.Get("api/sessions/session-123").Ok()).Json;
        theirs["status"] = "active";
        await legacy.Put("api/sessions/session-123", theirs.ToJsonString()).Ok();
        await gateway.Patch("api/sessions/session-123", """{"status":"idle"}""").Ok();
        await legacy.Post("api/sessions", """{"id":"misfit","session_name":"misfit","status":"idle","consecutive_failures":"many"}""").Ok();
        await silo.Post("api/migration/session", """{"session_id":"misfit"}""").Ok();
        await cluster.Legacy.SetFaultsAsync(new { refuse_writes = 503, times = 1 });
        await gateway.Patch("api/sessions/session-000001", """{"status":"paused"}""").Ok();
        await cluster.Legacy.ClearFaultsAsync();
        foreach (var page in (string[])["errors", "validation-errors"])
            await Eventually.Get(async () => (await silo.Get($"api/migration/{page}").Ok()).Json["errors"]!.AsArray(), found => found.Count > 0, TimeSpan.FromSeconds(20));
    }

    /// <summary>What the documents say to do about them.</summary>
    public static async Task End(LocalCluster cluster)
    {
        var silo = new Http(cluster.Silos[0].Url);
        await silo.Post("api/migration/conflicts/resolve", """{"strategy":"go_leads","reason":"troubles","limit":10}""").Ok();
        await silo.Post("api/migration/dual-write", """{"conflict_strategy":"go_leads","reason":"troubles"}""").Ok();
        await new Http(cluster.Gateway.Url).Delete("api/sessions/misfit").Ok();
        await silo.Post("api/migration/runs", """{"kind":"verify"}""").Ok();
        await Eventually.Get(async () => (string?)(await silo.Get("api/migration/runs/verify").Ok()).Json["state"], state => state == "completed", TimeSpan.FromSeconds(60));
    }

    public static IReadOnlyDictionary<string, string?> Settings { get; } = Unhurried.With(("Legacy__DirectWriters", "true"));
}
