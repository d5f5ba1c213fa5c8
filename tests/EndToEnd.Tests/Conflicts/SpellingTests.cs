using System.Text.Json.Nodes;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Conflicts;

/// <summary>The guide's false positives, as somebody who writes to GAIA_HOME directly makes them.</summary>
[Collection(ConflictClusterTests.Name)]
public sealed class SpellingTests(ConflictCluster conflicts)
{
    const string Ours = """{"status":"idle","last_heartbeat":"2026-01-31T12:00:00.123456Z","user_id":"u","metadata":{"a":1,"b":{"c":2,"d":3}}}""";

    static readonly (string Field, string Json)[] Respelled =
    [
        ("last_heartbeat", "\"2026-01-31T12:00:00.123\""),
        ("status", "\"SessionStatus.IDLE\""),
        ("metadata", """{"b":{"d":3.0,"c":2},"a":1}"""),
    ];

    public static TheoryData<int[]> Some() => [[0], [1], [2], [0, 1, 2]];

    /// <summary>Our change is to another field: theirs changed nothing, so there is nothing to decide and nothing of ours to lose.</summary>
    [Theory]
    [MemberData(nameof(Some))]
    public async Task Another_spelling_of_what_was_there_is_nobodys_change(int[] fields)
    {
        // Under this strategy a false positive would cost the client its change.
        await conflicts.Strategy("python_leads");
        var id = await Written(conflicts.Gateway);
        await conflicts.PutDirectly(id, [.. fields.Select(i => Respelled[i])]);
        var answer = await conflicts.Gateway.Patch($"api/sessions/{id}", """{"user_id":"changed"}""").Ok();
        Assert.Equal("success", answer.Headers["X-Gaia-Dual-Write"]);
        await conflicts.AssertBoth(id, "changed", "user_id");
        Assert.Empty(await conflicts.Conflicts(id));
    }

    [Fact]
    public async Task Another_spelling_of_a_session_that_was_only_ever_read_is_nobodys_change()
    {
        await conflicts.Strategy("python_leads");
        var id = $"spelling-{Guid.NewGuid():N}";
        var document = JsonNode.Parse(Ours)!;
        document["id"] = id;
        await conflicts.Legacy.Post("api/sessions", document.ToJsonString()).Ok();
        await conflicts.Gateway.Get($"api/sessions/{id}").Ok();
        await conflicts.PutDirectly(id, Respelled);
        await conflicts.Gateway.Patch($"api/sessions/{id}", """{"user_id":"changed"}""").Ok();
        await conflicts.AssertBoth(id, "changed", "user_id");
        Assert.Empty(await conflicts.Conflicts(id));
    }

    /// <summary>The rules are configuration: without the one that excuses it, the same writing is a conflict.</summary>
    [Fact]
    public async Task With_an_exact_rule_the_spelling_of_a_status_is_a_conflict()
    {
        await using var cluster = await LocalCluster.StartAsync(silos: 1, sessions: 0, settings: Unhurried.With(("Legacy__DirectWriters", "true"), ("Diff__Fields__status", "exact")));
        var (silo, legacy) = (new Http(cluster.Silos[0].Url), new Http(cluster.Legacy.Url));
        await silo.Post("api/migration/dual-write", """{"enabled":true,"conflict_strategy":"manual","reason":"tests"}""").Ok();
        var id = await Written(silo);
        var document = (await legacy.Get($"api/sessions/{id}").Ok()).Json;
        foreach (var (field, json) in Respelled) document[field] = JsonNode.Parse(json);
        await legacy.Put($"api/sessions/{id}", document.ToJsonString()).Ok();
        Assert.Equal("partial", (await silo.Put($"api/sessions/{id}", Ours).Ok()).Headers["X-Gaia-Dual-Write"]);
        var conflict = Assert.Single((await silo.Get("api/migration/conflicts").Ok()).Json.AsArray())!;
        Assert.Equal(("status", "SessionStatus.IDLE", "idle"), (conflict["field"]!.GetValue<string>(), conflict["python_value"]!.GetValue<string>(), conflict["go_value"]!.GetValue<string>()));
    }

    static async Task<string> Written(Http gateway)
    {
        var id = $"spelling-{Guid.NewGuid():N}";
        await gateway.Put($"api/sessions/{id}", Ours).Ok();
        return id;
    }
}
