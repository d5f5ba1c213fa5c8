using System.Net;
using GaiaOrleans.EndToEnd.Tests.Clusters;

namespace GaiaOrleans.EndToEnd.Tests.Sessions;

/// <summary>If-Match and If-None-Match through real grains, and lists in the words of the client that asks.</summary>
[Collection(SharedClusterTests.Name)]
public sealed class PreconditionHttpTests(SharedCluster shared)
{
    [Theory]
    [InlineData("e2e-star")]
    [InlineData("e2e-star-keyed", "k-star")]
    public async Task A_put_that_must_replace_creates_nothing_and_replaces_what_is_there(string id, string? key = null)
    {
        (string, string)[] headers = key is null ? [("If-Match", "*")] : [("If-Match", "*"), ("Idempotency-Key", key)];
        var refused = await shared.Gateway.Put($"api/sessions/{id}", """{"status":"idle"}""", headers);
        Assert.Equal((HttpStatusCode.PreconditionFailed, "version_mismatch"), (refused.Status, refused.Code));
        Assert.Equal(("go", true), (refused.Headers["X-Gaia-Served-By"], refused.Headers.ContainsKey("X-Gaia-Epoch")));
        Assert.Equal(HttpStatusCode.NotFound, (await shared.Legacy.Get($"api/sessions/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await shared.Gateway.Patch($"api/sessions/{id}", "{}", ("If-Match", "*"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await shared.Gateway.Delete($"api/sessions/{id}", ("If-Match", "*"))).Status);

        await shared.Gateway.Put($"api/sessions/{id}", """{"status":"idle"}""", ("If-None-Match", "*")).Ok();
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await shared.Gateway.Put($"api/sessions/{id}", """{"status":"busy"}""", ("If-None-Match", "*"))).Status);
        var replaced = await shared.Gateway.Put($"api/sessions/{id}", """{"status":"busy"}""", headers).Ok();
        Assert.Equal("\"2\"", replaced.Headers["ETag"]);
        if (key is not null) Assert.Equal("true", (await shared.Gateway.Put($"api/sessions/{id}", """{"status":"busy"}""", headers).Ok()).Headers["Idempotency-Replayed"]);
        Assert.Equal(HttpStatusCode.OK, (await shared.Gateway.Patch($"api/sessions/{id}", """{"status":"idle"}""", ("If-Match", "\"1\", \"2\""))).Status);
    }

    [Fact]
    public async Task A_client_that_has_the_version_gets_304_from_either_side()
    {
        var etag = (await shared.Gateway.Put("api/sessions/e2e-fresh", """{"status":"idle"}""").Ok()).Headers["ETag"];
        foreach (var match in (string[])[etag, "W/" + etag, "\"77\", " + etag, "*"])
        {
            var answer = await shared.Gateway.Get("api/sessions/e2e-fresh", ("If-None-Match", match));
            Assert.Equal((HttpStatusCode.NotModified, etag, ""), (answer.Status, answer.Headers["ETag"], answer.Body));
        }

        Assert.Equal(HttpStatusCode.OK, (await shared.Gateway.Get("api/sessions/e2e-fresh", ("If-None-Match", "\"77\""))).Status);
    }

    [Fact]
    public async Task What_legacy_refuses_about_a_list_reaches_the_client_as_it_came()
    {
        const string path = "api/sessions?limit=5&cursor=utf-8''%2525ZZ%25FF";
        var (ours, theirs) = (await shared.Gateway.Get(path), await shared.Legacy.Get(path));
        Assert.Equal((HttpStatusCode.BadRequest, theirs.Body), (ours.Status, ours.Body));
    }
}
