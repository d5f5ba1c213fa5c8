namespace GaiaOrleans.Chaos.Faults;

/// <summary>Somebody does not reach somebody: packets are lost without a word.</summary>
internal static class LinkFaults
{
    public static readonly IReadOnlyList<Fault> All =
    [
        Of("partition_silos", async scene =>
        {
            var (one, other) = scene.AnySilos();
            return Both(await one.Node!.DropAsync(other.Node!.Address), await other.Node.DropAsync(one.Node.Address));
        }),
        Of("partition_one_way", async scene =>
        {
            var (one, other) = scene.AnySilos();
            return await one.Node!.DropAsync(other.Node!.Address);
        }),
        Of("partition_silo_database", scene => scene.AnySilo().Node!.DropAsync(scene.Network!.Address, scene.Cluster.DatabaseLink!.Port)),
        Of("reset_silo_database", scene => scene.AnySilo().Node!.ResetAsync(scene.Network!.Address, scene.Cluster.DatabaseLink!.Port)),
        Of("partition_silo_legacy", scene => scene.AnySilo().Node!.DropAsync(scene.Network!.Address, scene.Cluster.Legacy.Url.Port)),
        Of("partition_gateway", async scene =>
        {
            var ends = new List<Func<Task>>();
            foreach (var silo in scene.Cluster.Silos) ends.Add(await scene.Cluster.Gateway.Node!.DropAsync(silo.Node!.Address));
            return () => Task.WhenAll(ends.Select(end => end()));
        }),
        Of("silo_unplugged", scene => scene.AnySilo().Node!.UnplugAsync()),
    ];

    private static Fault Of(string kind, Func<Scene, Task<Func<Task>>> begin) => new(kind, Fault.Link, begin) { InNetwork = true };

    private static Func<Task> Both(Func<Task> one, Func<Task> other) => async () =>
    {
        await one();
        await other();
    };
}
