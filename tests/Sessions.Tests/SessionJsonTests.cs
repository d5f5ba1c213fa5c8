using System.Text.Json.Nodes;

namespace GaiaOrleans.Sessions.Tests;

/// <summary>Lists in every shape that GAIA_HOME may have, and how they go on.</summary>
public sealed class SessionJsonTests
{
    [Theory]
    [InlineData("""[{"id":"a"},{"session_id":"b"}]""", "a,b")]
    [InlineData("""{"sessions":[{"id":"a"},{"name":"b"}]}""", "a,b")]
    [InlineData("""{"sessions":{"a":{"session_name":"a"},"b":{"status":"idle"}}}""", "a,b")]
    [InlineData("""{"items":[{"id":"a","session_name":"other"}],"page":1,"pages":1}""", "a")]
    [InlineData("[]", "")]
    public void The_ids_of_a_list(string list, string ids) => Assert.Equal(ids, string.Join(',', SessionJson.Sessions(JsonNode.Parse(list)!).Select(s => s.Id)));

    [Fact]
    public void What_is_no_list_is_said_to_be_none() => Assert.Throws<LegacyAnswerException>(() => SessionJson.Sessions(JsonNode.Parse("""{"error":"no"}""")!));

    [Theory]
    [InlineData("[]", null, null, "status=idle", null)]
    [InlineData("[]", "</api/sessions?status=idle&cursor=a%2Fb>; rel=\"next\"", "a%2Fb", "status=idle", "status=idle&cursor=a%2Fb")]
    [InlineData("[]", "</api/sessions?status=idle&cursor=a%2Fb>; rel=next", "a%2Fb", "status=idle", "status=idle&cursor=a%2Fb")]
    [InlineData("[]", null, "a/b", "status=idle&cursor=older", "status=idle&cursor=a%2Fb")]
    [InlineData("[]", null, "a%2Fb", "", "cursor=a%252Fb")]
    [InlineData("""{"sessions":[],"next_cursor":"x y"}""", null, null, "", "cursor=x%20y")]
    [InlineData("""{"items":[],"page":2,"pages":3}""", null, null, "page=2&tier=worker", "tier=worker&page=3")]
    [InlineData("""{"items":[],"page":3,"pages":3}""", null, null, "page=3", null)]
    [InlineData("""{"items":[],"pages":3}""", null, null, "tier=worker", "tier=worker&page=2")]
    [InlineData("""{"items":[],"pages":3}""", null, null, "page=2", "page=3")]
    [InlineData("""{"items":[],"pages":3}""", null, null, "page=3", null)]
    public void The_page_after_this_one(string list, string? link, string? cursor, string query, string? next) => Assert.Equal(next, SessionJson.Next(JsonNode.Parse(list)!, link, cursor, query));

    [Theory]
    [InlineData("""{"sessions":[],"has_more":true}""", "")]
    [InlineData("""{"items":[],"page":1,"pages":3}""", "page=2")]
    public void What_goes_on_and_does_not_say_where_is_not_taken_for_all_there_is(string list, string query) =>
        Assert.Throws<LegacyAnswerException>(() => SessionJson.Next(JsonNode.Parse(list)!, null, null, query));
}
