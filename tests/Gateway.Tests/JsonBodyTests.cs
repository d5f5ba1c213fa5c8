using GaiaOrleans.Contracts.Problems;

namespace GaiaOrleans.Gateway.Tests;

public sealed class JsonBodyTests
{
    private sealed record Inner(int? Rate);

    private sealed record Body(string? SessionId, bool Validate = true, Inner? Inner = null);

    private static Task<Body> Read(string json, string? contentType = null) => JsonBody.Read<Body>(Some.Request(body: json, contentType: contentType), CancellationToken.None);

    [Theory]
    [InlineData(null)]
    [InlineData("application/json")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("text/plain; charset=latin1")]
    public async Task It_is_json_whatever_the_content_type_says(string? contentType) =>
        Assert.Equal(new Body("ä", false), await Read("""{"session_id":"ä","validate":false}""", contentType));

    [Theory]
    [InlineData("", null)]
    [InlineData("""{"session_id":"a"}""", "a")]
    public async Task Where_it_may_be_missing_it_is_found_whether_or_not_its_length_was_told(string json, string? expected)
    {
        foreach (var told in new[] { false, true })
        {
            var request = Some.Request(body: json);
            request.Request.ContentLength = told ? json.Length : null;
            Assert.Equal(expected, (await JsonBody.ReadIfAny<Body>(request, CancellationToken.None))?.SessionId);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("not json")]
    [InlineData("""{"session_id":"a",}""")]
    [InlineData("""{"session_id":"a" "validate":true}""")]
    [InlineData("""{"session_id":"a""")]
    [InlineData("""{"session_id":"a"} and more""")]
    [InlineData("session_id=a&validate=true")]
    public async Task What_is_no_json_object_is_called_so(string json) =>
        Assert.Equal("invalid_json", (await Assert.ThrowsAsync<InvalidInputException>(() => Read(json))).Code);

    [Theory]
    [InlineData("""{"session_id": ""session-1""}""", true)]
    [InlineData("""{"session_id": "session-1"}""\"}""", false)]
    [InlineData("""{"session_id": "", validate}""", false)]
    public async Task An_id_in_doubled_quotes_is_answered_with_the_remedy(string json, bool remedy) =>
        Assert.Equal(remedy, (await Assert.ThrowsAsync<InvalidInputException>(() => Read(json))).Message.Contains("jq -r", StringComparison.Ordinal));

    [Theory]
    [InlineData("""{"session_id":7}""", "session_id")]
    [InlineData("""{"validate":null}""", "validate")]
    [InlineData("""{"inner":{"rate":"fast"}}""", "inner.rate")]
    [InlineData("""{"inner":[]}""", "inner")]
    public async Task A_value_of_the_wrong_type_is_named(string json, string field)
    {
        var problem = await Assert.ThrowsAsync<InvalidInputException>(() => Read(json));
        Assert.Equal(("invalid_field", field), (problem.Code, problem.Errors.Keys.Single()));
    }

    /// <summary>It would count as left out, and the rest would be carried out without it.</summary>
    [Theory]
    [InlineData("""{"session_id":"a","validated":false}""", "validated")]
    [InlineData("""{"sessionId":"a"}""", "sessionId")]
    [InlineData("""{"session_id":"a","rate":5,"inner":{"rate":5}}""", "rate")]
    [InlineData("""{"":1}""", "")]
    public async Task A_member_that_is_not_known_is_named_and_so_are_those_that_are(string json, string field)
    {
        var problem = await Assert.ThrowsAsync<InvalidInputException>(() => Read(json));
        Assert.Equal(("invalid_field", field), (problem.Code, problem.Errors.Keys.Single()));
        Assert.Equal(["is not known here; what can be given: session_id, validate, inner"], problem.Errors.Values.Single());
    }

    [Fact]
    public async Task How_a_member_is_capitalized_and_what_is_in_a_value_that_is_kept_is_nobodys_business()
    {
        Assert.Equal("a", (await Read("""{"Session_ID":"a"}""")).SessionId);
        var kept = await JsonBody.Read<Kept>(Some.Request(body: """{"value":{"anything":1}}"""), CancellationToken.None);
        Assert.Equal(1, kept.Value.GetProperty("anything").GetInt32());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_64_KiB_is_too_large_also_when_it_does_not_say_so(bool saysSo)
    {
        var context = Some.Request(body: $$"""{"session_id":"{{new string('x', 70_000)}}"}""");
        if (!saysSo) context.Request.ContentLength = null;
        await Assert.ThrowsAsync<TooLargeException>(() => JsonBody.Read<Body>(context, CancellationToken.None));
    }

    [Theory]
    [InlineData("""{"session_id":"r","value":["\ud800"],"inner":"\u0000"}""", "value")]
    [InlineData("""{"session_id":"r","value":{"a\u0000":1}}""", "value")]
    [InlineData("""{"value":1,"session_id":"\u0000"}""", "session_id")]
    public async Task Text_that_is_none_is_refused_by_the_name_of_its_member(string json, string member)
    {
        var problem = await Assert.ThrowsAsync<InvalidInputException>(() => JsonBody.Read<Kept>(Some.Request(body: json), CancellationToken.None));
        Assert.Equal([member], problem.Errors.Keys);
        Assert.DoesNotContain("not known", problem.Message, StringComparison.Ordinal);
    }

    /// <summary>A value that is kept as it came would break whoever reads it later.</summary>
    [Theory]
    [InlineData("""{"session_id":"§"}""")]
    [InlineData("""{"value":"§"}""")]
    [InlineData("""{"§":1,"x":"\u0000"}""")]
    public async Task What_is_not_UTF_8_is_refused(string json)
    {
        var request = Some.Request();
        request.Request.Body = new MemoryStream([.. json.Select(c => c == '§' ? (byte)0xFF : (byte)c)]);
        Assert.Equal("invalid_json", (await Assert.ThrowsAsync<InvalidInputException>(() => JsonBody.Read<Kept>(request, CancellationToken.None))).Code);
    }

    private sealed record Kept(string? SessionId, System.Text.Json.JsonElement Value);
}
