using System.Net;
using GaiaOrleans.Contracts.Access;
using GaiaOrleans.Gateway.Tests.Hosts;

namespace GaiaOrleans.Gateway.Tests.Access;

public sealed class AccessHttpTests : IAsyncLifetime
{
    private readonly string _client = ApiKey.New();
    private readonly string _viewer = ApiKey.New();
    private GatewayHost _gateway = null!;

    public async Task InitializeAsync() => _gateway = await GatewayHost.Ready(
        new() { Rollout = Some.Rollout() with { DualWrite = new(false, false, default, default) } },
        [.. Key(0, "app", _client, "client"), .. Key(1, "eve", _viewer, "viewer"), ("Auth:RefusalsPerMinute", "3")]);

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Theory]
    [InlineData("/api/sessions/a")]
    [InlineData("/API/Sessions/a")]
    [InlineData("/api/traffic-split")]
    [InlineData("/no/such/path")]
    public async Task Without_a_key_nothing_is_told(string path)
    {
        var reply = await _gateway.Read(path);
        Assert.Equal(HttpStatusCode.Unauthorized, reply.Status);
        Assert.Equal("unauthorized", (string?)reply.Json["code"]);
        Assert.Equal("Bearer", reply.Headers["WWW-Authenticate"]);
        Assert.Empty(_gateway.Home.Requests);
    }

    [Fact]
    public async Task A_role_reaches_what_it_may_and_is_told_what_it_lacks()
    {
        Assert.Equal(HttpStatusCode.OK, (await _gateway.Read("/api/sessions/a", Bearer(_client))).Status);
        Assert.Equal(HttpStatusCode.OK, (await _gateway.Read("/api/traffic-split", Bearer(_viewer))).Status);
        var reply = await _gateway.Send(HttpMethod.Post, "/api/traffic-split", """{"go_percentage":10,"python_percentage":90}""", Bearer(_viewer));
        Assert.Equal(HttpStatusCode.Forbidden, reply.Status);
        Assert.Equal("forbidden", (string?)reply.Json["code"]);
        Assert.Contains("operator", (string?)reply.Json["detail"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await _gateway.Read("/api/traffic-split", Bearer(_client))).Status);
    }

    [Fact]
    public async Task A_key_is_never_passed_on_and_legacys_own_credential_is()
    {
        await _gateway.Read("/api/sessions/a", Bearer(_client));
        await _gateway.Read("/api/sessions/a", ("X-Gaia-Key", _client), ("Authorization", "Bearer of-legacy"), ("X-API-Key", "legacys"));
        var (first, second) = (_gateway.Home.Requests.First(), _gateway.Home.Requests.Last());
        Assert.DoesNotContain(first.Headers.Values.Concat(second.Headers.Values), v => v.Contains(_client, StringComparison.Ordinal));
        Assert.False(first.Headers.ContainsKey("Authorization"));
        Assert.Equal("Bearer of-legacy", second.Headers["Authorization"]);
        Assert.Equal("legacys", second.Headers["X-API-Key"]);
    }

    [Fact]
    public async Task Nor_is_one_that_stands_in_both_places_or_a_browsers_cookie()
    {
        await _gateway.Read("/api/sessions/a", ("X-Gaia-Key", _client), Bearer(_client));
        await _gateway.Read("/api/sessions/a", ("X-Gaia-Key", ""), Bearer(_client));
        await _gateway.Read("/api/sessions/a", Bearer(_client), ("Cookie", "theirs=1; gaia_console=secret; more=2; gaia_consoleC1=secret"));
        await _gateway.Read("/api/sessions/a", Bearer(_client), ("Cookie", "gaia_console=secret"));
        Assert.Equal(4, _gateway.Home.Requests.Count);
        Assert.DoesNotContain(_gateway.Home.Requests.SelectMany(r => r.Headers.Values), v => v.Contains(_client, StringComparison.Ordinal) || v.Contains("secret", StringComparison.Ordinal));
        Assert.Equal("theirs=1; more=2", _gateway.Home.Requests.ElementAt(2).Headers["Cookie"]);
        Assert.False(_gateway.Home.Requests.Last().Headers.ContainsKey("Cookie"));
    }

    [Fact]
    public async Task A_credential_for_legacy_alone_does_not_open_this_door() =>
        Assert.Equal(HttpStatusCode.Unauthorized, (await _gateway.Read("/api/sessions/a", ("Authorization", "Bearer of-legacy"))).Status);

    [Fact]
    public async Task Who_guesses_is_slowed_down_and_a_valid_key_from_there_is_not()
    {
        for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.Unauthorized, (await _gateway.Read("/api/sessions/a", Bearer(ApiKey.New()))).Status);
        var reply = await _gateway.Read("/api/sessions/a", Bearer(ApiKey.New()));
        Assert.Equal(HttpStatusCode.TooManyRequests, reply.Status);
        Assert.Equal("60", reply.Headers["Retry-After"]);
        Assert.Equal(HttpStatusCode.OK, (await _gateway.Read("/api/sessions/a", Bearer(_client))).Status);
    }

    private static (string, string) Bearer(string key) => ("Authorization", $"Bearer {key}");

    private static (string, string?)[] Key(int n, string name, string key, string role) =>
        [($"Auth:Keys:{n}:Name", name), ($"Auth:Keys:{n}:Hash", ApiKey.HashOf(key)), ($"Auth:Keys:{n}:Role", role)];
}
