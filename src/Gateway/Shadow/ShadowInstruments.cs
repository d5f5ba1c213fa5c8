using System.Diagnostics.Metrics;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Telemetry;

namespace GaiaOrleans.Gateway.Shadow;

/// <summary>What became of sampled reads. Observed instead of recorded, so that every series is there from the first scrape on.</summary>
internal sealed class ShadowInstruments
{
    private static readonly string[] Verdicts = ["equal", "different", "moved", "failed"];
    private readonly long[,] _reads = new long[2, Verdicts.Length];
    private long _dropped;

    public ShadowInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(GatewayInstruments.MeterName);
        meter.CreateObservableCounter("gaia_shadow_reads", Reads, description: "Reads repeated on the other side, by the side that served the client and what was found.");
        meter.CreateObservableCounter("gaia_shadow_dropped", () => Dropped, description: "Sampled reads that were not repeated, because there was too much to do.");
    }

    public long Dropped => Interlocked.Read(ref _dropped);

    public long Read(Side servedBy, ShadowVerdict verdict) => Interlocked.Read(ref Place(servedBy, verdict));

    public void OnRead(Side servedBy, ShadowVerdict verdict) => Interlocked.Increment(ref Place(servedBy, verdict));

    public void OnDropped() => Interlocked.Increment(ref _dropped);

    // Refused is a failure, too: what told them apart was only what to do next.
    private ref long Place(Side servedBy, ShadowVerdict verdict) => ref _reads[(int)servedBy, Math.Min((int)verdict, (int)ShadowVerdict.Failed)];

    private IEnumerable<Measurement<long>> Reads() =>
        from side in (Side[])[Side.Go, Side.Python]
        from verdict in Enumerable.Range(0, Verdicts.Length)
        select new Measurement<long>(Interlocked.Read(ref _reads[(int)side, verdict]), new("side", side.Wire()), new("verdict", Verdicts[verdict]));
}
