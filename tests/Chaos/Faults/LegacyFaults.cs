namespace GaiaOrleans.Chaos.Faults;

/// <summary>GAIA_HOME is away, or does one of the things to requests that it can be told to do.</summary>
internal static class LegacyFaults
{
    public static readonly IReadOnlyList<Fault> All =
    [
        new("legacy_kill", Fault.Legacy, async scene =>
        {
            await scene.Cluster.Legacy.KillAsync();
            return () => scene.Cluster.Legacy.RestartAsync();
        }),
        Of("legacy_hang", new { hang = true }),
        Of("legacy_5xx", new { error_rate = 0.5 }),
        Of("legacy_slow", new { latency_ms = 300, jitter_ms = 700 }),
        Of("legacy_drop", new { apply_then = "drop" }),
        Of("legacy_error", new { apply_then = "error" }),
    ];

    private static Fault Of(string kind, object settings) => new(kind, Fault.Legacy, async scene =>
    {
        await scene.Cluster.Legacy.SetFaultsAsync(settings);
        return () => scene.Cluster.Legacy.ClearFaultsAsync();
    })
    { Watch = scene => async () => await scene.Cluster.Legacy.AffectedAsync() > 0 };
}
