using GaiaOrleans.Gateway.Rollouts;

namespace GaiaOrleans.Gateway.Shadow;

/// <summary>Whether this is a moment for work that nobody waits for.</summary>
internal sealed class ShadowLoad(GatewayLease lease, TimeProvider time)
{
    // A request takes a few milliseconds, most of them spent waiting for a side. Sixteen per core is more than a healthy gateway holds at a
    // time even at thousands per second: beyond it requests wait for each other, or for a side that is slow.
    private static readonly int ManyInFlight = 16 * Environment.ProcessorCount;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private long _restUntil = long.MinValue;

    public bool Busy => lease.InFlight > ManyInFlight;

    /// <summary>Somebody found that it cannot be done at the moment; nobody tries again for a while.</summary>
    public bool Resting => time.GetTimestamp() < Interlocked.Read(ref _restUntil);

    public void TakeRest() => Interlocked.Exchange(ref _restUntil, time.GetTimestamp() + (long)(Rest.TotalSeconds * time.TimestampFrequency));
}
