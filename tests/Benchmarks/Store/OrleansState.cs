using GaiaOrleans.Benchmarks.Peers;

namespace GaiaOrleans.Benchmarks.Store;

/// <summary>Grains with Orleans' own storage, in a silo of their own, called from within it as ours are.</summary>
internal sealed class OrleansState : StorePeer
{
    private readonly PeerProcess _silo;

    private OrleansState(PeerProcess silo) => _silo = silo;

    public override string What => "WriteStateAsync of Orleans' ADO.NET storage, as many callers";

    public static async Task<StorePeer> Start(string connectionString, CancellationToken cancellation) => new OrleansState(await PeerProcess.State(connectionString, cancellation));

    public override Task<double> PerSecond(TimeSpan length, CancellationToken cancellation) =>
        _silo.Ask(FormattableString.Invariant($"write?callers={StorePayload.Sessions}&seconds={length.TotalSeconds}"), StorePayload.Document(1), cancellation);

    public override ValueTask DisposeAsync() => _silo.DisposeAsync();
}
