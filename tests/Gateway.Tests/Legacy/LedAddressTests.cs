using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Tests.Hosts;
using Microsoft.AspNetCore.Http;

namespace GaiaOrleans.Gateway.Tests.Legacy;

/// <summary>GAIA_HOME makes whole addresses of the name by which the gateway calls it, which clients do not know and are not to go past the gateway by.</summary>
public sealed class LedAddressTests
{
    private static readonly DualWriteSettings Off = new(false, false, DualWriteMode.GoLeads, AckPolicy.Both);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pages_to_go_on_with_and_places_lead_to_the_gateway(bool dualWrite)
    {
        await using var host = await GatewayHost.Ready(
            dualWrite ? new() { OnList = _ => Task.FromResult(new SessionPage(false, [], null)) } : new() { Rollout = Some.Rollout() with { DualWrite = Off } });
        host.Home.Answer = context =>
        {
            context.Response.Headers.Link = $"<{host.Home.Url}/api/sessions?page=2>; rel=\"next\", <https://elsewhere.example/docs>; rel=\"help\"";
            context.Response.Headers.Location = $"{host.Home.Url}/api/sessions/";
            return HomeDouble.Json(context, "[]");
        };
        var answer = await host.Read("/api/sessions?page=1");
        Assert.Equal("</api/sessions?page=2>; rel=\"next\", <https://elsewhere.example/docs>; rel=\"help\"", answer.Headers["Link"]);
        Assert.Equal("/api/sessions/", answer.Headers["Location"]);
    }

    [Theory]
    [InlineData("https://elsewhere.example/api/sessions/")]
    [InlineData("/api/sessions/")]
    public async Task Others_lead_where_they_led(string address)
    {
        await using var host = await GatewayHost.Ready(new() { Rollout = Some.Rollout() with { DualWrite = Off } });
        host.Home.Answer = context =>
        {
            context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
            context.Response.Headers.Location = address;
            return Task.CompletedTask;
        };
        Assert.Equal(address, (await host.Read("/api/sessions")).Headers["Location"]);
    }
}
