using System.Collections.Concurrent;
using System.Net;
using System.Text;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Tests.Hosts;

namespace GaiaOrleans.Gateway.Tests.Sessions;

/// <summary>GAIA_HOME may choose its lists by more than the cluster knows of: a list that ignored it would show everybody's sessions to one.</summary>
public sealed class ForeignListTests
{
    private readonly ConcurrentQueue<SessionQuery> _asked = [];

    /// <summary>The cluster has all, as after the ledger was closed; asked for what legacy lacks it has one change.</summary>
    private Task<SessionPage> Page(SessionQuery query)
    {
        _asked.Enqueue(query);
        ListedSession changed = new("s-1", Encoding.UTF8.GetBytes("""{"id":"s-1","session_name":"changed","status":"idle"}"""));
        return Task.FromResult(query.OfLegacy ? new SessionPage(false, [changed], null) : new(true, [changed, new("s-2", Encoding.UTF8.GetBytes("""{"id":"s-2"}"""))], null));
    }

    [Theory]
    [InlineData("?user_id=u7")]
    [InlineData("?offset=50")]
    [InlineData("?status=idle&sort=-updated_at")]
    [InlineData("?status=idle&status=busy")]
    public async Task Legacy_is_asked_what_it_alone_knows_and_what_it_lacks_is_put_in(string query)
    {
        await using var host = await GatewayHost.Ready(new() { OnList = Page });
        host.Home.Answer = context => HomeDouble.Json(context, """[{"id":"s-1","session_name":"before"}]""");
        var answer = await host.Read("/api/sessions" + query);
        Assert.Equal("changed", (string?)answer.Json[0]!["session_name"]);
        Assert.Single(answer.Json.AsArray());
        Assert.Equal("/api/sessions" + query, Assert.Single(host.Home.Requests).Target);
    }

    [Theory]
    [InlineData("?user_id=u7", "user_id")]
    [InlineData("?status=idle&status=busy", "status")]
    public async Task Once_there_is_no_legacy_it_is_refused_by_its_name(string query, string field)
    {
        await using var host = await GatewayHost.Ready(new() { OnList = Page, Rollout = Some.Rollout() with { Phase = RolloutPhase.Completed, GoPercentage = 100 } });
        var answer = await host.Read("/api/sessions" + query);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(field, answer.Body, StringComparison.Ordinal);
        Assert.Empty(_asked);
    }

    [Theory]
    [InlineData("?user_id=")]
    [InlineData("?Status=idle&TIER=worker")]
    public async Task What_says_nothing_or_is_known_is_no_reason(string query)
    {
        await using var host = await GatewayHost.Ready(new() { OnList = Page });
        Assert.Equal(HttpStatusCode.OK, (await host.Read("/api/sessions" + query)).Status);
        Assert.False(Assert.Single(_asked).OfLegacy);
    }
}
