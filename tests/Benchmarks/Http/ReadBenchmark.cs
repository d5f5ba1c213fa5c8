using GaiaOrleans.Benchmarks.Clusters;
using GaiaOrleans.Benchmarks.Load;
using GaiaOrleans.Benchmarks.Peers;
using GaiaOrleans.Benchmarks.Results;

namespace GaiaOrleans.Benchmarks.Http;

/// <summary>Reads of sessions that the target serves, through the gateway within a silo, against a web server that does nothing.</summary>
/// <param name="name">Of the row.</param>
/// <param name="goal">The least ratio.</param>
/// <param name="behindNginx">Whether clients reach that web server through nginx, as they would reach a service.</param>
internal sealed class ReadBenchmark(string name, double goal, bool behindNginx) : Benchmark
{
    private const int Sessions = 1_000;

    public static ReadBenchmark Direct => new("read", 0.7, behindNginx: false);

    public static ReadBenchmark Proxied => new("read-proxy", 1.5, behindNginx: true);

    public override string Name => name;

    public override async Task<Row> Measure(BenchSize size, CancellationToken cancellation)
    {
        await using var cluster = await BenchCluster.Start(Sessions, cancellation);
        await cluster.Run("migrate", cancellation);
        await cluster.Split(100, cancellation);
        await using var empty = await PeerProcess.Empty(await cluster.SessionBytes(cancellation), cancellation);
        await using var nginx = behindNginx ? await NginxProcess.Start(empty.Url, cancellation) : null;
        var theirs = nginx?.Url ?? empty.Url;
        var rounds = await Rounds.Take(
            size, "requests/s", () => Wrk.Reads(cluster.Processes.Silos[0].Url, Sessions, size.Load, cancellation), () => Wrk.Reads(theirs, Sessions, size.Load, cancellation));
        return Row.Of(
            Name, "requests/s", rounds, $"≥ {goal:0.0} ×", (_, ratio) => ratio >= goal,
            $"GET of {Sessions} sessions in turn at 100 %, in-silo gateway; theirs: {(behindNginx ? "nginx before a Kestrel endpoint" : "a Kestrel endpoint")} that answers as many bytes and does nothing; 64 connections of wrk, which uses the same cores")
            .LimitedBy("what is left to Kestrel, the kernel and wrk is the same in ours as in a web server that does nothing; routing by session, the limit of requests, metrics and headers are in ours alone, and nginx passes on what it does not read");
    }
}
