namespace GaiaOrleans.Client.Tests.Cluster;

public class GatewayTests
{
    private const string Remove = "DELETE /api/migration/gateways/silo-1%2Fa";

    [Fact]
    public async Task They_are_listed()
    {
        await using var server = await FakeControlPlane.Start();
        server.On("GET /api/migration/gateways", Reply.Ok("""[{"id":"a","name":"silo-1","kind":"silo","epoch":8,"in_flight":2,"lease_age_ms":812.5,"seen_at":"2026-11-23T00:00:00Z","reachable":true}]"""));
        var ran = await server.Run("gateways");
        Assert.Equal(0, ran.Code);
        Assert.Matches(@"ID +NAME +KIND +EPOCH +IN FLIGHT +LEASE AGE MS +SEEN AT +REACHABLE\na +silo-1 +silo +8 +2 +812.5 +2026-11-23T00:00:00Z +yes\n", ran.Out);
    }

    [Theory]
    [InlineData("y", 0)]
    [InlineData("YES", 0)]
    [InlineData("n", 1)]
    [InlineData("", 1)]
    public async Task Removal_asks_first(string typed, int code)
    {
        await using var server = await FakeControlPlane.Start();
        server.On(Remove, new Reply(204, ""));
        var ran = await Ran.Of(["gateways", "remove", "silo-1/a"], server.Url, typed: typed + "\n");
        Assert.Equal(code, ran.Code);
        Assert.Equal(code == 0 ? 1 : 0, server.Requests.Count);
        Assert.Contains("Go on? [y/N]", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Yes_does_not_ask_and_json_prints_the_nothing_that_came()
    {
        await using var server = await FakeControlPlane.Start();
        server.On(Remove, new Reply(204, ""));
        var ran = await server.Run("gateways", "remove", "silo-1/a", "--yes", "--reason", "dead", "-o", "json");
        Assert.Equal(new Ran(0, "", ""), ran);
        Assert.Equal("""{"reason":"dead"}""", server.Requests.Single().Body);
        Assert.Equal(new Ran(0, "", ""), await server.Run("gateways", "remove", "silo-1/a", "--yes", "--reason", "dead", "-o", "yaml"));
    }
}
