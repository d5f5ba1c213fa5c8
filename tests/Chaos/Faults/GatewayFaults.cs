namespace GaiaOrleans.Chaos.Faults;

/// <summary>The standalone gateway ends, or stands still.</summary>
internal static class GatewayFaults
{
    public static readonly IReadOnlyList<Fault> All =
    [
        new("gateway_kill", Fault.Gateway, async scene =>
        {
            if (scene.Cluster.Gateway.HasExited) throw new InvalidOperationException("it is down already");
            await scene.Cluster.Gateway.KillAsync();
            return scene.Cluster.Gateway.RestartAsync;
        }),
        new("gateway_stop", Fault.Gateway, async scene =>
        {
            await scene.Cluster.Gateway.SuspendAsync();
            return Fault.Then(scene.Cluster.Gateway.Resume);
        }),
    ];
}
