using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using GaiaOrleans.Gateway.Tests.Hosts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace GaiaOrleans.Gateway.Tests.Access;

/// <summary>Tokens of an OpenID Connect issuer, which here is an HTTP server of the test.</summary>
public sealed class TokenTests : IAsyncLifetime
{
    private readonly RsaSecurityKey _key = new(RSA.Create(2048)) { KeyId = "k1" };
    private WebApplication _issuer = null!;
    private GatewayHost _gateway = null!;

    private string Issuer => _issuer.Urls.Single();

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _issuer = builder.Build();
        _issuer.MapGet("/.well-known/openid-configuration", () => Results.Json(new { issuer = Issuer, jwks_uri = $"{Issuer}/keys" }));
        var jwk = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(_key.Rsa.ExportParameters(false)) { KeyId = _key.KeyId });
        _issuer.MapGet("/keys", () => Results.Json(new { keys = new[] { new { kty = jwk.Kty, use = "sig", kid = jwk.Kid, e = jwk.E, n = jwk.N } } }));
        await _issuer.StartAsync();
        _gateway = await GatewayHost.Ready(new() { OnRead = _ => Task.FromResult(ScriptedCluster.Stored(1, "{}")) }, ("Auth:Authority", Issuer), ("Auth:Audience", "gaia"));
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task A_token_opens_what_its_role_opens()
    {
        Assert.Equal(HttpStatusCode.OK, await Get("/api/traffic-split", Token("viewer")));
        Assert.Equal(HttpStatusCode.Forbidden, await Get("/api/traffic-split", Token("client")));
        Assert.Equal(HttpStatusCode.Forbidden, await Get("/api/traffic-split", Token("root")));
    }

    [Fact]
    public async Task A_token_of_others_for_others_or_out_of_force_is_refused()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await Get("/api/traffic-split", Token("admin", audience: "another")));
        Assert.Equal(HttpStatusCode.Unauthorized, await Get("/api/traffic-split", Token("admin", expired: true)));
        Assert.Equal(HttpStatusCode.Unauthorized, await Get("/api/traffic-split", Token("admin", key: new(RSA.Create(2048)) { KeyId = "k1" })));
        Assert.Equal(HttpStatusCode.Unauthorized, await Get("/api/traffic-split", "not.a.token"));
    }

    /// <summary>Whoever reads it there, or in a log, could steer the migration with it. What a client shows opens nothing else, and may be meant for GAIA_HOME as well.</summary>
    [Theory]
    [InlineData("client", true)]
    [InlineData("viewer", false)]
    [InlineData("admin", false)]
    public async Task A_token_that_opens_more_than_sessions_is_not_passed_on(string role, bool passed)
    {
        Assert.Equal(HttpStatusCode.OK, await Get("/api/sessions/a", Token(role)));
        Assert.Equal(passed, Assert.Single(_gateway.Home.Requests).Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task Who_guesses_tokens_is_slowed_down_and_a_valid_one_from_there_is_not()
    {
        for (var i = 0; i < 20; i++) await Get("/api/traffic-split", Token("admin", audience: "another"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await Get("/api/traffic-split", Token("admin", audience: "another")));
        Assert.Equal(HttpStatusCode.OK, await Get("/api/traffic-split", Token("viewer")));
    }

    private async Task<HttpStatusCode> Get(string path, string token) => (await _gateway.Read(path, ("Authorization", $"Bearer {token}"))).Status;

    private string Token(string role, string audience = "gaia", bool expired = false, RsaSecurityKey? key = null)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = audience,
            NotBefore = now.AddHours(-2),
            Expires = expired ? now.AddHours(-1) : now.AddHours(1),
            Subject = new([new Claim("sub", "ann"), new Claim("gaia_role", role)]),
            SigningCredentials = new(key ?? _key, SecurityAlgorithms.RsaSha256),
        });
    }
}
