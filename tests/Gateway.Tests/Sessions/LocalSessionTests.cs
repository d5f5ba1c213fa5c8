using System.Net;
using System.Text;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Sessions;
using GaiaOrleans.Gateway.Tests.Hosts;

namespace GaiaOrleans.Gateway.Tests.Sessions;

/// <summary>Sessions that live in the gateway's own process are read there, and the others asked.</summary>
public sealed class LocalSessionTests
{
    private static readonly RolloutState Served = Some.Rollout() with { Phase = RolloutPhase.Cutover, GoPercentage = 100 };

    [Fact]
    public async Task One_that_lives_here_is_not_asked()
    {
        await using var host = await GatewayHost.Ready(new() { Rollout = Served, OnRead = _ => throw new InvalidOperationException("It was asked.") });
        var epochs = new List<long>();
        host.Get<LocalSessions>().Reader = (id, epoch) =>
        {
            epochs.Add(epoch);
            return ScriptedCluster.Stored(7, $$"""{"id":"{{id}}"}""");
        };
        var read = await host.Read("/api/sessions/s-1");
        Assert.Equal((HttpStatusCode.OK, """{"id":"s-1"}""", "\"7\"", "go"), (read.Status, read.Body, read.Headers["ETag"], read.Headers["X-Gaia-Served-By"]));
        Assert.Equal([Served.Epoch], epochs);
    }

    [Fact]
    public async Task One_that_lives_elsewhere_is_asked()
    {
        await using var host = await GatewayHost.Ready(new() { Rollout = Served, OnRead = _ => Task.FromResult(ScriptedCluster.Stored(3, "{}")) });
        host.Get<LocalSessions>().Reader = static (_, _) => null;
        Assert.Equal("\"3\"", (await host.Read("/api/sessions/s-1")).Headers["ETag"]);
    }

    [Fact]
    public async Task One_that_has_to_look_at_legacy_is_asked()
    {
        await using var host = await GatewayHost.Ready(new() { Rollout = Served, OnRead = _ => Task.FromResult(ScriptedCluster.Stored(3, "{}")) });
        host.Get<LocalSessions>().Reader = static (_, _) => new SessionSnapshot(2, Encoding.UTF8.GetBytes("{}"), Pending: false, NeedsAdoption: true);
        Assert.Equal("\"3\"", (await host.Read("/api/sessions/s-1")).Headers["ETag"]);
    }
}
