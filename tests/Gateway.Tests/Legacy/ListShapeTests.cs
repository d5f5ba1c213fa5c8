using System.Text;
using System.Text.Json.Nodes;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Legacy;
using GaiaOrleans.Gateway.Tests.Hosts;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Gateway.Tests.Legacy;

/// <summary>A list that the cluster serves looks like the one that GAIA_HOME gave.</summary>
public sealed class ListShapeTests
{
    private static readonly ListedSession[] Two =
        [new("a", """{"id":"a","session_name":"first"}"""u8.ToArray()), new("b", """{"id":"b","session_name":"second"}"""u8.ToArray())];

    private const string Sessions = """{"id":"a","session_name":"first"},{"id":"b","session_name":"second"}""";
    private const string ById = """{"sessions":{"a":{"id":"a","session_name":"first"},"b":{"id":"b","session_name":"second"}}}""";
    private const string ByName = """{"sessions":{"first":{"id":"a","session_name":"first"},"second":{"id":"b","session_name":"second"}}}""";

    private static Task<GatewayHost> Host(string? shape = null, string? next = null) => GatewayHost.Ready(
        new() { OnList = _ => Task.FromResult(new SessionPage(true, Two, next)) }, shape is null ? [] : [("Legacy:ListShape", shape)]);

    [Theory]
    [InlineData("array", $"[{Sessions}]")]
    [InlineData("sessions", $$"""{"sessions":[{{Sessions}}]}""")]
    [InlineData("map", ById)]
    [InlineData("items", $$"""{"items":[{{Sessions}}],"total":2,"page":1,"pages":1}""")]
    public async Task As_configured(string shape, string expected)
    {
        await using var host = await Host(shape);
        Assert.Equal(expected, (await host.Read("/api/sessions")).Body);
        Assert.Empty(host.Home.Requests);
    }

    [Theory]
    [InlineData("[]", $"[{Sessions}]")]
    [InlineData("""{"took":{"ms":[1]},"sessions":[]}""", $$"""{"sessions":[{{Sessions}}]}""")]
    [InlineData("""{"sessions":{}}""", ById)]
    [InlineData("""{"sessions":{"x":{"id":"x","name":"x"}}}""", ById)]
    [InlineData("""{"sessions":{"x":{"id":7,"metadata":{"name":"x"},"session_name":"x"}}}""", ByName)]
    [InlineData("""{"items":[],"total":0,"page":1,"pages":0}""", $$"""{"items":[{{Sessions}}],"total":2,"page":1,"pages":1}""")]
    public async Task As_legacy_shows_when_it_is_asked_once(string legacy, string expected)
    {
        await using var host = await Host();
        host.Home.Answer = context => HomeDouble.Json(context, legacy);
        Assert.Equal(expected, (await host.Read("/api/sessions?limit=7", ("X-API-Key", "k"))).Body);
        Assert.Equal(expected, (await host.Read("/api/sessions")).Body);
        var asked = host.Home.Requests.Single();
        Assert.Equal(("/api/sessions?limit=1&page=1&per_page=1", "k"), (asked.Target, asked.Headers["X-API-Key"]));
    }

    [Fact]
    public async Task As_the_last_list_that_passed()
    {
        await using var host = await Host();
        host.Home.Answer = context => HomeDouble.Json(context, """{"sessions":{"x":{"id":"i","session_name":"x"}}}""");
        var fromTarget = host.Cluster.OnList;
        host.Cluster.OnList = _ => Task.FromResult(new SessionPage(false, [], null));
        await host.Read("/api/sessions");
        host.Cluster.OnList = fromTarget;
        Assert.Equal(ByName, (await host.Read("/api/sessions")).Body);
        Assert.Single(host.Home.Requests);
    }

    [Fact]
    public async Task An_array_while_legacy_cannot_be_asked_and_it_is_not_asked_every_time()
    {
        await using var host = await Host();
        host.Home.Answer = context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        for (var i = 0; i < 3; i++) Assert.Equal($"[{Sessions}]", (await host.Read("/api/sessions")).Body);
        Assert.Single(host.Home.Requests);
    }

    [Fact]
    public async Task One_client_that_legacy_refuses_does_not_answer_for_the_others()
    {
        await using var host = await Host();
        host.Home.Answer = context =>
        {
            if (context.Request.Headers["X-API-Key"] == "k") return HomeDouble.Json(context, """{"sessions":[]}""");
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        };
        Assert.Equal($"[{Sessions}]", (await host.Read("/api/sessions")).Body);
        Assert.Equal($$"""{"sessions":[{{Sessions}}]}""", (await host.Read("/api/sessions", ("X-API-Key", "k"))).Body);
    }

    [Fact]
    public async Task A_map_by_name_keeps_sessions_that_share_a_name()
    {
        await using var host = await Host();
        host.Home.Answer = context => HomeDouble.Json(context, """{"sessions":{"x":{"id":"i","session_name":"x"}}}""");
        host.Cluster.OnList = _ => Task.FromResult(new SessionPage(true, [Two[0], new("c", """{"id":"c","session_name":"first"}"""u8.ToArray()), new("d", """{"id":"d"}"""u8.ToArray())], null));
        Assert.Equal(["first", "c", "d"], (await host.Read("/api/sessions")).Json["sessions"]!.AsObject().Select(s => s.Key));
    }

    [Theory]
    [InlineData("per_page=2", "b", "\"page\":1,\"pages\":2}")]
    [InlineData("page=3&per_page=2", "f", "\"page\":3,\"pages\":4}")]
    [InlineData("page=3&per_page=2", null, "\"total\":6,\"page\":3,\"pages\":3}")]
    [InlineData("cursor=z", "zz", "\"second\"}]}")]
    public async Task Items_say_where_they_are_as_far_as_it_is_known(string query, string? next, string end)
    {
        await using var host = await Host("items", next);
        var answer = await host.Read("/api/sessions?status=idle&" + query);
        Assert.EndsWith(end, answer.Body, StringComparison.Ordinal);
        Assert.Equal(next, answer.Headers.GetValueOrDefault("X-Next-Cursor"));
        if (next is not null) Assert.Contains($"status=idle&{(query.Contains("per_page", StringComparison.Ordinal) ? "per_page=2&" : "")}cursor={next}>", answer.Headers["Link"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"sessions":{"x":{"id":"i","session_na""", ListShape.Map)]
    [InlineData("""{"total":1,"items":[{"id":"a"},{"i""", ListShape.Items)]
    [InlineData("""{"sessions":[{"id":"a"},{"i""", ListShape.Sessions)]
    [InlineData("""{"sessions":{"x":{"na""", ListShape.Map)]
    [InlineData("[{\"id\":\"a\"},", ListShape.Array)]
    [InlineData("""{"sessions":null,"items":7}""", null)]
    [InlineData("""{"metadata":{"sessions":[]}}""", null)]
    [InlineData("<html>", null)]
    [InlineData("", null)]
    public void A_beginning_is_enough(string start, string? form) => Assert.Equal(form, ListShape.OfStart(Encoding.UTF8.GetBytes(start))?.Form);

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"sessions":[],"items":{}}""")]
    [InlineData("""{"sessions":{"x":{"id":"i","session_name":"x"}}}""")]
    [InlineData("""{"items":[]}""")]
    [InlineData("""{"data":[]}""")]
    [InlineData("7")]
    public void A_whole_list_shows_what_its_beginning_shows(string list) =>
        Assert.Equal(ListShape.Of(JsonNode.Parse(list)!), ListShape.OfStart(Encoding.UTF8.GetBytes(list)));

    [Theory]
    [InlineData("bare")]
    [InlineData("Array")]
    [InlineData("")]
    public async Task Another_shape_stops_the_start_and_says_which_there_are(string shape)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => GatewayHost.Start(null, ("Legacy:ListShape", shape)));
        Assert.Contains("auto, array, sessions, map, items", refused.Message, StringComparison.Ordinal);
    }
}
