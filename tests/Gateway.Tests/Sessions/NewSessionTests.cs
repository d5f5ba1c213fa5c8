using System.Net;
using GaiaOrleans.Contracts.Access;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Gateway.Tests.Hosts;

namespace GaiaOrleans.Gateway.Tests.Sessions;

/// <summary>Which id a POST creates.</summary>
public sealed class NewSessionTests
{
    private static async Task<(Reply Answer, string? Id)> Post(GatewayHost host, string body, params (string, string)[] headers)
    {
        var answer = await host.Send(HttpMethod.Post, "/api/sessions", body, headers);
        return (answer, host.Cluster.Writes.LastOrDefault().Id);
    }

    [Theory]
    [InlineData("session_name", """{"session_name":"tuesday","name":"x"}""", "tuesday")]
    [InlineData("session_id", """{"session_id":"s-7","session_name":"tuesday"}""", "s-7")]
    [InlineData("name", """{"name":"ä/b","session_id":null}""", "ä/b")]
    [InlineData("session_name", """{"id":"own","session_name":"tuesday"}""", "own")]
    public async Task The_id_is_where_GAIA_HOME_keeps_it(string member, string body, string expected)
    {
        await using var host = await GatewayHost.Ready(new() { OnIdMember = () => Task.FromResult(member) });
        Assert.Equal(expected, (await Post(host, body)).Id);
    }

    [Theory]
    [InlineData("id", """{"session_name":"tuesday","session_id":"s-7"}""")]
    [InlineData("session_id", """{"session_name":"tuesday"}""")]
    [InlineData("session_name", """{"session_name":null}""")]
    [InlineData("session_name", "{}")]
    public async Task Where_it_has_none_one_is_made_and_a_keyed_request_gets_the_same_again(string member, string body)
    {
        await using var host = await GatewayHost.Ready(new() { OnIdMember = () => Task.FromResult(member) });
        var first = (await Post(host, body)).Id;
        Assert.Equal(7, Guid.Parse(first!).Version);
        Assert.NotEqual(first, (await Post(host, body)).Id);
        var keyed = (await Post(host, body, ("Idempotency-Key", "k"))).Id;
        Assert.True(Guid.TryParse(keyed, out _));
        Assert.Equal(keyed, (await Post(host, body, ("Idempotency-Key", "k"))).Id);
    }

    /// <summary>Keys are made by callers, who do not know each other's.</summary>
    [Fact]
    public async Task Two_callers_that_chose_one_key_get_a_session_each()
    {
        var (one, other) = (ApiKey.New(), ApiKey.New());
        await using var host = await GatewayHost.Ready(
            settings:
            [
                ("Auth:Keys:0:Name", "one"), ("Auth:Keys:0:Role", "client"), ("Auth:Keys:0:Hash", ApiKey.HashOf(one)),
                ("Auth:Keys:1:Name", "other"), ("Auth:Keys:1:Role", "client"), ("Auth:Keys:1:Hash", ApiKey.HashOf(other)),
            ]);
        var first = (await Post(host, "{}", ("Idempotency-Key", "1"), ("X-Gaia-Key", one))).Id;
        Assert.NotEqual(first, (await Post(host, "{}", ("Idempotency-Key", "1"), ("X-Gaia-Key", other))).Id);
        Assert.Equal(first, (await Post(host, "{}", ("Idempotency-Key", "1"), ("X-Gaia-Key", one))).Id);
    }

    [Theory]
    [InlineData("Idempotency-Key")]
    [InlineData("If-Match")]
    public async Task A_header_that_is_empty_is_no_header_that_was_left_out(string name)
    {
        await using var host = await GatewayHost.Ready();
        var answer = await host.Send(HttpMethod.Put, "/api/sessions/s-1", "{}", (name, ""));
        Assert.Equal((HttpStatusCode.BadRequest, true), (answer.Status, answer.Json["errors"]!.AsObject().ContainsKey(name)));
        Assert.Empty(host.Cluster.Writes);
    }

    [Theory]
    [InlineData("session_name", """{"session_name":7}""")]
    [InlineData("session_name", """{"session_name":""}""")]
    [InlineData("session_id", """{"session_id":"a\u0001"}""")]
    public async Task What_cannot_be_an_id_is_refused_by_the_name_of_its_member(string member, string body)
    {
        await using var host = await GatewayHost.Ready(new() { OnIdMember = () => Task.FromResult(member) });
        var answer = (await Post(host, body)).Answer;
        Assert.Equal((HttpStatusCode.BadRequest, true), (answer.Status, answer.Json["errors"]!.AsObject().ContainsKey(member)));
        Assert.Empty(host.Cluster.Writes);
    }

    [Fact]
    public async Task Who_cannot_know_where_the_id_is_creates_nothing_and_who_need_not_does()
    {
        await using var host = await GatewayHost.Ready(new() { OnIdMember = () => throw new LegacyUnavailableException("GAIA_HOME is away") });
        var answer = (await Post(host, """{"session_name":"tuesday"}""")).Answer;
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "lead_unavailable"), (answer.Status, (string?)answer.Json["code"]));
        Assert.Empty(host.Cluster.Writes);
        Assert.Equal("s-1", (await Post(host, """{"id":"s-1","session_name":"tuesday"}""")).Id);
        Assert.NotNull((await Post(host, """{"status":"idle"}""")).Id);
    }
}
