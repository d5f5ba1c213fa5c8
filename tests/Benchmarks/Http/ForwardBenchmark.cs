using GaiaOrleans.Benchmarks.Clusters;
using GaiaOrleans.Benchmarks.Load;
using GaiaOrleans.Benchmarks.Peers;
using GaiaOrleans.Benchmarks.Results;

namespace GaiaOrleans.Benchmarks.Http;

/// <summary>What a gateway in front of GAIA_HOME costs before anything is migrated.</summary>
internal sealed class ForwardBenchmark : Benchmark
{
    private const int Sessions = 1_000;
    private const double Goal = 0.95;

    public override string Name => "forward";

    public override async Task<Row> Measure(BenchSize size, CancellationToken cancellation)
    {
        await using var cluster = await BenchCluster.Start(Sessions, cancellation);
        await cluster.DualWrite(false, cancellation);
        // A GAIA_HOME that costs nothing: the real one would be the limit of both.
        await using var home = await PeerProcess.Empty(await cluster.SessionBytes(cancellation), cancellation);
        var gateway = await cluster.Processes.AddGatewayAsync("forwarding", new Dictionary<string, string?> { ["Legacy__BaseUrl"] = home.Url.ToString() });
        await using var bare = await PeerProcess.Forwarder(home.Url, cancellation);
        var rounds = await Rounds.Take(
            size, "requests/s", () => Wrk.Reads(gateway.Url, Sessions, size.Load, cancellation), () => Wrk.Reads(bare.Url, Sessions, size.Load, cancellation));
        return Row.Of(
            Name, "requests/s", rounds, $"≥ {Goal:0.00} ×", (_, ratio) => ratio >= Goal,
            "GET through a standalone gateway, dual-write off; theirs: YARP's forwarder alone; before both a web server that answers as many bytes as a session has")
            .LimitedBy("the limit of requests, metrics and what clients are told in headers are in ours alone, beside YARP's forwarder, which both are");
    }
}
