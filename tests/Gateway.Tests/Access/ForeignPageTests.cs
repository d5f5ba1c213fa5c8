using System.Net;
using GaiaOrleans.Gateway.Emergencies;
using GaiaOrleans.Gateway.Tests.Hosts;

namespace GaiaOrleans.Gateway.Tests.Access;

/// <summary>A developer's browser shows a page of somebody else, and the gateway listens on this machine without a key.</summary>
public sealed class ForeignPageTests
{
    private const string On = """{"to":"python","confirm":"gw-1","reason":"a page wants it"}""";

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "http://elsewhere.example")]
    [InlineData("Origin", "null")]
    public async Task What_steers_the_migration_is_not_taken_from_it(string header, string value)
    {
        await using var host = await Ready();
        var answer = await host.Send(HttpMethod.Post, "/api/gateway/emergency", On, (header, value));
        Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), (answer.Status, (string?)answer.Json["code"]));
        Assert.Null(host.Get<EmergencySwitch>().Current);
        Assert.Equal(HttpStatusCode.OK, (await host.Read("/api/gateway", (header, value))).Status);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "same-origin")]
    [InlineData("Sec-Fetch-Site", "none")]
    [InlineData("User-Agent", "curl")]
    public async Task From_a_page_of_its_own_and_from_a_program_it_is(string header, string value)
    {
        await using var host = await Ready();
        Assert.Equal(HttpStatusCode.OK, (await host.Send(HttpMethod.Post, "/api/gateway/emergency", On, (header, value))).Status);
        await host.Send(HttpMethod.Post, "/api/gateway/emergency", On.Replace("python", "off", StringComparison.Ordinal));
    }

    /// <summary>The name led elsewhere when the page was loaded, and leads here now: to the browser it is one site.</summary>
    [Theory]
    [InlineData("Sec-Fetch-Site", "same-origin")]
    [InlineData("Origin", "http://evil.example:8000")]
    public async Task A_name_that_is_not_this_machines_makes_no_page_its_own(string header, string value)
    {
        await using var host = await Ready();
        var answer = await host.Send(HttpMethod.Post, "/api/gateway/emergency", On, (header, value), ("Host", "evil.example:8000"));
        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Null(host.Get<EmergencySwitch>().Current);
    }

    [Fact]
    public async Task A_page_of_its_own_in_an_older_browser_says_so_by_its_origin()
    {
        await using var host = await Ready();
        Assert.Equal(HttpStatusCode.OK, (await host.Send(HttpMethod.Post, "/api/gateway/emergency", On, ("Origin", host.Url))).Status);
    }

    [Fact]
    public async Task What_clients_do_is_between_them_and_gaia_home()
    {
        await using var host = await Ready();
        Assert.Equal(HttpStatusCode.OK, (await host.Send(HttpMethod.Put, "/api/sessions/s-1", "{}", ("Sec-Fetch-Site", "cross-site"))).Status);
    }

    private static Task<GatewayHost> Ready() =>
        GatewayHost.Ready(null, ("Gateway:Name", "gw-1"), ("Gateway:StateFile", Path.Combine(Path.GetTempPath(), $"gaia-{Guid.NewGuid():N}.json")));
}
