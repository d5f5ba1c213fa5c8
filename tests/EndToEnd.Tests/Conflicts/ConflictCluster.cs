using System.Text.Json.Nodes;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;
using Npgsql;

namespace GaiaOrleans.EndToEnd.Tests.Conflicts;

/// <summary>A cluster whose GAIA_HOME has other writers too, with half of the sessions served by each side.</summary>
public sealed class ConflictCluster : IAsyncLifetime
{
    NpgsqlDataSource _database = null!;

    public LocalCluster Cluster { get; private set; } = null!;

    public Http Silo { get; private set; } = null!;

    public Http Gateway { get; private set; } = null!;

    public Http Legacy { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Cluster = await LocalCluster.StartAsync(sessions: 20, settings: Unhurried.With(("Legacy__DirectWriters", "true")));
        (Silo, Gateway, Legacy) = (new(Cluster.Silos[0].Url), new(Cluster.Gateway.Url), new(Cluster.Legacy.Url));
        _database = NpgsqlDataSource.Create(Cluster.ConnectionString);
        await Silo.Post("api/migration/dual-write", """{"enabled":true,"mode":"go_leads","ack":"both","reason":"tests"}""").Ok();
        await Silo.Post("api/traffic-split", """{"go_percentage":50,"python_percentage":50,"force":true,"reason":"tests"}""").Ok();
    }

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        await Cluster.DisposeAsync();
    }

    public Task<Answer> Strategy(string strategy) => Silo.Post("api/migration/dual-write", $$"""{"conflict_strategy":"{{strategy}}","reason":"tests"}""").Ok();

    /// <summary>A new session, idle, on both sides.</summary>
    /// <param name="cohort">The side that serves it; null = whichever.</param>
    public async Task<string> Create(string? cohort = null)
    {
        while (true)
        {
            var id = $"conflict-{Guid.NewGuid():N}";
            Assert.Equal("success", (await Put(id, "idle")).Headers["X-Gaia-Dual-Write"]);
            if (cohort is null || (await Inspect(id))["served"]!["by"]!.GetValue<string>() == cohort) return id;
        }
    }

    /// <summary>A client of the gateway.</summary>
    public Task<Answer> Put(string id, string status, string tier = "worker") =>
        Gateway.Put($"api/sessions/{id}", $$$"""{"status":"{{{status}}}","tier":"{{{tier}}}","user_id":"u","metadata":{"a":1,"b":2}}""").Ok();

    /// <summary>Somebody who replaces the session on GAIA_HOME, past every gateway.</summary>
    public async Task PutDirectly(string id, params (string Field, string Json)[] changes)
    {
        var document = (await Legacy.Get($"api/sessions/{id}").Ok()).Json;
        foreach (var (field, json) in changes) document[field] = JsonNode.Parse(json);
        await Legacy.Put($"api/sessions/{id}", document.ToJsonString()).Ok();
    }

    /// <summary>They say paused, we say busy.</summary>
    public async Task<Answer> Disagree(string id, params (string Field, string Json)[] more)
    {
        await PutDirectly(id, [("status", "\"paused\""), .. more]);
        return await Put(id, "busy");
    }

    /// <summary>A session on which the sides disagree, and its open conflicts.</summary>
    public async Task<(string Id, IReadOnlyList<JsonNode> Open)> Disputed(params (string Field, string Json)[] more)
    {
        await Strategy("manual");
        var id = await Create();
        await Disagree(id, more);
        return (id, await Conflicts(id, resolved: false));
    }

    /// <summary>A session of legacy's cohort that is busy for us, while legacy refuses to write it until the faults are cleared.</summary>
    public async Task<(string Id, JsonNode Conflict)> Refused()
    {
        var id = await Create("python");
        await Cluster.Legacy.SetFaultsAsync(new { refuse_writes = 422, only = new { ids = new[] { id } } });
        Assert.Equal("partial", (await Put(id, "busy")).Headers["X-Gaia-Dual-Write"]);
        // Legacy's answer is stored when the store gets to it: no client waits for that.
        var open = await Eventually.Get(() => Conflicts(id, resolved: false), found => found.Count > 0, TimeSpan.FromSeconds(30));
        return (id, Assert.Single(open));
    }

    public async Task<JsonNode> Inspect(string id) => (await Silo.Get($"api/migration/sessions/{id}").Ok()).Json;

    /// <summary>A field's value in the target's store and in legacy's; null = no such session or field.</summary>
    public async Task<(string? Go, string? Python)> Both(string id, string field = "status")
    {
        var session = await Inspect(id);
        return (session["go_version"]?[field]?.ToJsonString().Trim('"'), session["python_version"]?[field]?.ToJsonString().Trim('"'));
    }

    public async Task AssertBoth(string id, string? expected, string field = "status") => Assert.Equal((expected, expected), await Both(id, field));

    /// <summary>The session's lines of the conflict list, newest first.</summary>
    public async Task<IReadOnlyList<JsonNode>> Conflicts(string id, bool? resolved = null)
    {
        var filter = resolved is { } state ? $"&resolved={(state ? "true" : "false")}" : "";
        var all = (await Silo.Get($"api/migration/conflicts?limit=1000{filter}").Ok()).Json.AsArray();
        return [.. all.Where(c => c!["session_id"]!.GetValue<string>() == id).Select(c => c!)];
    }

    public Task<Answer> Resolve(JsonNode conflict, string body) => Silo.Post($"api/migration/conflicts/{conflict["id"]}/resolve", body);

    public Task<Answer> Sync(string id, string source) => Silo.Post("api/migration/sync", $$"""{"session_id":"{{id}}","source":"{{source}}","reason":"tests"}""");

    /// <summary>Everything that is stored about the session, on both sides, once the store knows how the last send ended.</summary>
    public async Task<string> Stored(string id)
    {
        var row = await Eventually.Get(
            () => Scalar("SELECT to_jsonb(r)::text FROM session_records r WHERE id = $1", id), r => r?.Contains("\"owner\": null", StringComparison.Ordinal) is true, TimeSpan.FromSeconds(30));
        var log = await Scalar("SELECT jsonb_agg(c ORDER BY c.id)::text FROM session_conflicts c WHERE session_id = $1", id);
        return $"{row}\n{log}\n{(await Legacy.Get($"api/sessions/{id}")).Body}";
    }

    /// <summary>The silo that has taken the send lease of this session.</summary>
    public async Task<SiloProcess> LeaseOwner(string id)
    {
        var owner = await Eventually.Get(
            () => Scalar("SELECT owner FROM session_records WHERE id = $1 AND send_lease_until > now()", id), found => found is not null, TimeSpan.FromSeconds(10));
        return Cluster.Silos.Single(s => s.Name == owner);
    }

    async Task<string?> Scalar(string sql, string id)
    {
        await using var command = _database.CreateCommand(sql);
        command.Parameters.Add(new() { Value = id });
        return await command.ExecuteScalarAsync() as string;
    }
}

[CollectionDefinition(Name)]
public sealed class ConflictClusterTests : ICollectionFixture<ConflictCluster>
{
    public const string Name = "conflict cluster";
}
