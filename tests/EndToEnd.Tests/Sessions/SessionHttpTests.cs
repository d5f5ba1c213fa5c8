using System.Net;
using GaiaOrleans.EndToEnd.Tests.Clusters;

namespace GaiaOrleans.EndToEnd.Tests.Sessions;

/// <summary>The data plane through the standalone gateway, on both sides.</summary>
[Collection(SharedClusterTests.Name)]
public sealed class SessionHttpTests(SharedCluster shared)
{
    [Fact]
    public async Task A_created_session_is_on_both_sides()
    {
        var created = await shared.Gateway.Post("api/sessions", """{"id":"e2e-create","status":"active","metadata":{"a":[1,2]},"home_grown":true}""").Ok();
        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.Equal("/api/sessions/e2e-create", created.Headers["Location"]);
        Assert.Equal("success", created.Headers["X-Gaia-Dual-Write"]);
        Assert.Equal("\"1\"", created.Headers["ETag"]);
        var both = (await shared.Silo.Get("api/migration/sessions/e2e-create").Ok()).Json;
        foreach (var read in new[] { both["go_version"]!, both["python_version"]!, (await shared.Gateway.Get("api/sessions/e2e-create").Ok()).Json })
        {
            Assert.Equal("active", read["status"]!.GetValue<string>());
            Assert.Equal("[1,2]", read["metadata"]!["a"]!.ToJsonString());
            Assert.True(read["home_grown"]!.GetValue<bool>());
        }
    }

    [Fact]
    public async Task A_session_of_a_whole_MiB_is_on_both_sides_and_grows_no_further()
    {
        const string start = "{\"status\":\"idle\",\"metadata\":{\"x\":\"";
        var text = new string('x', 1_048_576 - start.Length - 3);
        var created = await shared.Gateway.Put("api/sessions/e2e-mib", start + text + "\"}}").Ok();
        Assert.Equal((HttpStatusCode.Created, "success"), (created.Status, created.Headers["X-Gaia-Dual-Write"]));
        foreach (var side in new[] { shared.Gateway, shared.Legacy })
            Assert.Equal(text, (await side.Get("api/sessions/e2e-mib").Ok()).Json["metadata"]!["x"]!.GetValue<string>());
        var refused = await shared.Gateway.Patch("api/sessions/e2e-mib", """{"metadata":{"y":"a little more"}}""");
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "too_large"), (refused.Status, refused.Code));
        Assert.Equal("\"1\"", (await shared.Gateway.Get("api/sessions/e2e-mib").Ok()).Headers["ETag"]);
        Assert.Equal("\"2\"", (await shared.Gateway.Patch("api/sessions/e2e-mib", """{"metadata":{"x":"little"}}""").Ok()).Headers["ETag"]);
    }

    [Fact]
    public async Task A_session_without_an_id_gets_one_whatever_it_is_called()
    {
        var created = await shared.Gateway.Post("api/sessions", """{"session_name":"e2e-called","status":"idle"}""").Ok();
        var id = created.Json["id"]!.GetValue<string>();
        Assert.True(Guid.TryParse(id, out _));
        Assert.Equal("e2e-called", (await shared.Legacy.Get($"api/sessions/{id}").Ok()).Json["session_name"]!.GetValue<string>());
    }

    [Fact]
    public async Task Creating_it_again_is_409_and_changes_nothing()
    {
        await shared.Gateway.Post("api/sessions", """{"id":"e2e-twice","status":"idle"}""").Ok();
        var again = await shared.Gateway.Post("api/sessions", """{"id":"e2e-twice","status":"busy"}""");
        Assert.Equal(HttpStatusCode.Conflict, again.Status);
        Assert.Equal("session_exists", again.Code);
        Assert.Equal("idle", (await shared.Gateway.Get("api/sessions/e2e-twice").Ok()).Json["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_stale_If_Match_is_412_and_a_fresh_one_is_taken()
    {
        await shared.Gateway.Put("api/sessions/e2e-match", """{"status":"idle"}""").Ok();
        var changed = await shared.Gateway.Patch("api/sessions/e2e-match", """{"status":"busy"}""", ("If-Match", "\"1\"")).Ok();
        Assert.Equal("\"2\"", changed.Headers["ETag"]);
        var stale = await shared.Gateway.Patch("api/sessions/e2e-match", """{"status":"failed"}""", ("If-Match", "\"1\""));
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.Status);
        Assert.Equal("busy", (await shared.Legacy.Get("api/sessions/e2e-match").Ok()).Json["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_repeated_key_answers_as_before_and_reaches_legacy_once()
    {
        var first = await shared.Gateway.Put("api/sessions/e2e-key", """{"status":"idle"}""", ("Idempotency-Key", "k-1")).Ok();
        var second = await shared.Gateway.Put("api/sessions/e2e-key", """{"status":"idle"}""", ("Idempotency-Key", "k-1")).Ok();
        Assert.Equal(first.Status, second.Status);
        Assert.Equal(first.Headers["ETag"], second.Headers["ETag"]);
        Assert.Equal("true", second.Headers["Idempotency-Replayed"]);
        var other = await shared.Gateway.Put("api/sessions/e2e-key", """{"status":"busy"}""", ("Idempotency-Key", "k-1"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.Status);
        Assert.Equal("idempotency_key_reused", other.Code);
        var applied = (await shared.Legacy.Get("__stats/writes?id=e2e-key").Ok()).Json;
        Assert.Equal(1, applied.AsObject().Where(m => m.Key != "id").Sum(m => m.Value!.GetValue<int>()));
    }

    [Fact]
    public async Task A_deleted_session_is_gone_from_both_sides_and_may_be_created_again()
    {
        await shared.Gateway.Put("api/sessions/e2e-gone", """{"status":"idle"}""").Ok();
        Assert.Equal(HttpStatusCode.NoContent, (await shared.Gateway.Delete("api/sessions/e2e-gone")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await shared.Gateway.Get("api/sessions/e2e-gone")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await shared.Legacy.Get("api/sessions/e2e-gone")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await shared.Gateway.Delete("api/sessions/e2e-gone")).Status);
        var again = await shared.Gateway.Post("api/sessions", """{"id":"e2e-gone","status":"busy"}""").Ok();
        Assert.Equal("\"3\"", again.Headers["ETag"]);
        Assert.Equal("busy", (await shared.Legacy.Get("api/sessions/e2e-gone").Ok()).Json["status"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("with%20space")]
    [InlineData("a%2Fb")]
    [InlineData("a%252Fb")]
    [InlineData("%C3%BC%E2%98%83")]
    [InlineData("dots..and.more")]
    public async Task Odd_ids_reach_both_sides_as_one_id(string encoded)
    {
        var id = Uri.UnescapeDataString(encoded);
        await shared.Gateway.Put($"api/sessions/{encoded}", """{"status":"idle"}""").Ok();
        Assert.Equal(id, (await shared.Gateway.Get($"api/sessions/{encoded}").Ok()).Json["id"]!.GetValue<string>());
        Assert.Equal(id, (await shared.Legacy.Get($"api/sessions/{encoded}").Ok()).Json["id"]!.GetValue<string>());
        Assert.Equal(id, (await shared.Silo.Get($"api/migration/sessions/{encoded}").Ok()).Json["session_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_list_shows_every_session_once_in_pages()
    {
        var seen = (await shared.Gateway.Every("api/sessions?limit=200")).Select(s => s["id"]!.GetValue<string>()).ToList();
        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Equal(500, seen.Count(id => id.StartsWith("session-", StringComparison.Ordinal)));
    }
}
