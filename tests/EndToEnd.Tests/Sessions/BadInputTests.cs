using System.Net;
using GaiaOrleans.EndToEnd.Tests.Clusters;

namespace GaiaOrleans.EndToEnd.Tests.Sessions;

/// <summary>Bad input is a 4xx that names the field, and changes nothing.</summary>
[Collection(SharedClusterTests.Name)]
public sealed class BadInputTests(SharedCluster shared)
{
    [Theory]
    [InlineData("{", "invalid_json", "$")]
    [InlineData("[]", "invalid_json", "$")]
    [InlineData("\"text\"", "invalid_json", "$")]
    [InlineData("""{"status":"sleeping"}""", "invalid_field", "status")]
    [InlineData("""{"status":7}""", "invalid_field", "status")]
    [InlineData("""{"consecutive_failures":"many"}""", "invalid_field", "consecutive_failures")]
    [InlineData("""{"consecutive_failures":1.5}""", "invalid_field", "consecutive_failures")]
    [InlineData("""{"metadata":[]}""", "invalid_field", "metadata")]
    [InlineData("""{"last_heartbeat":"yesterday"}""", "invalid_field", "last_heartbeat")]
    [InlineData("""{"id":"another"}""", "invalid_field", "id")]
    [InlineData("""{"status":"idle","status":"busy"}""", "invalid_json", "$")]
    public async Task A_document_that_does_not_fit_names_its_field(string body, string code, string field)
    {
        await shared.Gateway.Put("api/sessions/e2e-bad", """{"status":"idle"}""").Ok();
        var before = await shared.Gateway.Get("api/sessions/e2e-bad").Ok();
        var answer = await shared.Gateway.Put("api/sessions/e2e-bad", body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal("application/problem+json", answer.Headers["Content-Type"]);
        Assert.Equal(code, answer.Code);
        Assert.True(answer.Json["errors"]!.AsObject().ContainsKey(field), answer.Body);
        Assert.Equal(before.Headers["ETag"], (await shared.Gateway.Get("api/sessions/e2e-bad").Ok()).Headers["ETag"]);
    }

    [Theory]
    [InlineData("""{"go_percentage":50,"python_percentage":40}""", "python_percentage")]
    [InlineData("""{"go_percentage":-1,"python_percentage":101}""", "go_percentage")]
    [InlineData("""{"go_percentage":10.123,"python_percentage":89.877}""", "go_percentage")]
    [InlineData("""{"go_percentage":"ten","python_percentage":90}""", "go_percentage")]
    [InlineData("""{"python_percentage":90}""", "go_percentage")]
    [InlineData("nonsense", "$")]
    public async Task A_split_that_cannot_be_names_its_field_and_keeps_the_epoch(string body, string field)
    {
        var before = (await shared.Silo.Get("api/traffic-split").Ok()).Json["epoch"]!.GetValue<long>();
        var answer = await shared.Gateway.Post("api/traffic-split", body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.True(answer.Json["errors"]!.AsObject().ContainsKey(field), answer.Body);
        Assert.Equal(before, (await shared.Silo.Get("api/traffic-split").Ok()).Json["epoch"]!.GetValue<long>());
    }

    [Fact]
    public async Task An_id_of_256_characters_is_refused_and_one_of_255_is_taken()
    {
        var longest = new string('x', 255);
        Assert.Equal(HttpStatusCode.Created, (await shared.Gateway.Put($"api/sessions/{longest}", "{}")).Status);
        var answer = await shared.Gateway.Put($"api/sessions/{longest}x", "{}");
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.True(answer.Json["errors"]!.AsObject().ContainsKey("id"), answer.Body);
    }

    [Theory]
    [InlineData("""{"session_id": ""session-000001""}""", "$")]
    [InlineData("""{"session_id":"\"session-000001\""}""", "session_id")]
    public async Task A_quoted_id_of_the_guides_own_loop_gets_the_remedy(string body, string field)
    {
        var answer = await shared.Silo.Post("api/migration/session", body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.True(answer.Json["errors"]!.AsObject().ContainsKey(field), answer.Body);
        Assert.Contains("jq -r", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_over_a_mebibyte_is_413()
    {
        var answer = await shared.Gateway.Put("api/sessions/e2e-large", "{\"metadata\":{\"x\":\"" + new string('x', 1_100_000) + "\"}}");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
        Assert.Equal("too_large", answer.Code);
    }

    [Theory]
    [InlineData("api/migration/runs", """{"kind":"teleport"}""", "kind")]
    [InlineData("api/migration/runs", """{}""", "kind")]
    [InlineData("api/migration/runs", """{"kind":"migrate","rate":0}""", "rate")]
    [InlineData("api/migration/dual-write", """{"enabled":true,"mode":"both_lead"}""", "mode")]
    [InlineData("api/migration/dual-write", """{}""", "enabled")]
    [InlineData("api/migration/test", """{}""", "session_id")]
    [InlineData("api/migration/pause", """{}""", "reason")]
    [InlineData("api/migration/sync", """{"session_id":"\"session-000001\"","source":"go","reason":"why"}""", "session_id")]
    public async Task The_control_plane_names_what_is_wrong(string path, string body, string field)
    {
        var answer = await shared.Silo.Post(path, body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.True(answer.Json["errors"]!.AsObject().ContainsKey(field), answer.Body);
    }

    /// <summary>Null takes the limit away, and a misspelt member is not null.</summary>
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"rates":5}""", "rates")]
    [InlineData("""{"rate":"fast"}""")]
    [InlineData("""{"rate":1.5}""")]
    [InlineData("""{"rate":0}""")]
    public async Task A_limit_of_a_run_that_is_none_leaves_the_one_it_has(string body, string field = "rate")
    {
        await shared.Silo.Patch("api/migration/runs/verify", """{"rate":77}""").Ok();
        var answer = await shared.Silo.Patch("api/migration/runs/verify", body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.True(answer.Json["errors"]!.AsObject().ContainsKey(field), answer.Body);
        Assert.Equal(77, (await shared.Silo.Get("api/migration/runs/verify").Ok()).Json["rate_limit"]!.GetValue<int>());
        Assert.Null((await shared.Silo.Patch("api/migration/runs/verify", """{"rate":null}""").Ok()).Json["rate_limit"]);
    }

    /// <summary>Where nothing has been moved, any of them is too much as well: what is said is what is wrong with the number.</summary>
    [Theory]
    [InlineData("101", "must be between 0 and 100")]
    [InlineData("-1", "must be between 0 and 100")]
    [InlineData("0.001", "may have two decimals at most")]
    public async Task The_percentage_of_a_rollback_is_held_to_what_a_split_is_held_to(string percentage, string why)
    {
        var answer = await shared.Silo.Post("api/migration/rollback", $$"""{"to_percentage":{{percentage}}}""");
        Assert.Equal((HttpStatusCode.BadRequest, why), (answer.Status, (string?)answer.Json["errors"]?["to_percentage"]?[0]));
    }

    [Theory]
    [InlineData("api/migration/errors?limit=0")]
    [InlineData("api/migration/validation-errors?limit=0")]
    [InlineData("api/migration/history?limit=1001")]
    [InlineData("api/sessions?limit=x")]
    public async Task A_limit_out_of_range_is_400(string path) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await shared.Silo.Get(path)).Status);
}
