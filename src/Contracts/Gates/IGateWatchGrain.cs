namespace GaiaOrleans.Contracts.Gates;

/// <summary>Since when a gate has had its present status.</summary>
[GenerateSerializer, Immutable, Alias("gaia.gate.standing")]
public sealed record GateStanding([property: Id(0)] GateStatus Status, [property: Id(1)] DateTimeOffset Since);

/// <summary>What the watch knows: how long each gate has stood as it does, and when each silo's metrics were last scraped.</summary>
[GenerateSerializer, Immutable, Alias("gaia.gate.sightings")]
public sealed record GateSightings(
    [property: Id(0)] IReadOnlyDictionary<string, GateStanding> Standings, [property: Id(1)] IReadOnlyDictionary<string, DateTimeOffset> Scrapes)
{
    public static readonly GateSightings None = new(new Dictionary<string, GateStanding>(), new Dictionary<string, DateTimeOffset>());
}

/// <summary>Looks at every gate ahead again and again (key <see cref="Key"/>): a verdict that changes is an event, and its time is kept.</summary>
[Alias("gaia.gates")]
public interface IGateWatchGrain : IGrainWithStringKey
{
    const string Key = "gates";

    /// <summary>Looks now. Without anybody asking it does so every few seconds, once it has been woken.</summary>
    [Alias("look")]
    Task Look(CancellationToken cancellationToken = default);

    /// <summary>Wakes the watch.</summary>
    [Orleans.Concurrency.AlwaysInterleave, Alias("sightings")]
    Task<GateSightings> Sightings(CancellationToken cancellationToken = default);

    /// <summary>The metrics of this silo were scraped just now.</summary>
    [Orleans.Concurrency.AlwaysInterleave, Alias("scraped")]
    Task Scraped(string silo, CancellationToken cancellationToken = default);
}
