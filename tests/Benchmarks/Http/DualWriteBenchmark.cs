using System.Diagnostics;
using System.Globalization;
using System.Text;
using GaiaOrleans.Benchmarks.Clusters;
using GaiaOrleans.Benchmarks.Load;
using GaiaOrleans.Benchmarks.Results;

namespace GaiaOrleans.Benchmarks.Http;

/// <summary>How much longer a client waits for a write when both sides acknowledge it.</summary>
internal sealed class DualWriteBenchmark : Benchmark
{
    private const int Sessions = 1_000;
    private const int Writers = 32;
    private const double Goal = 1.25;

    // A machine that stands still for two seconds has a handful of them.
    private const double MostPartial = 0.001;

    public override string Name => "dual-write";

    public override async Task<Row> Measure(BenchSize size, CancellationToken cancellation)
    {
        await using var cluster = await BenchCluster.Start(Sessions, cancellation);
        await cluster.Run("migrate", cancellation);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var (ours, legacy) = (cluster.Processes.Silos[0].Url, cluster.Processes.Legacy.Url);
        // On few cores the two sides and the database share what GAIA_HOME had for itself alone: above what they can take together no latency means anything.
        var (partial, written) = (0, 0);
        _ = await Capacity(ours);
        var (alone, both) = (await Capacity(legacy), await Capacity(ours));
        var rate = Math.Min(alone, both) / 2;
        var rounds = await Rounds.Take(size, "ms p95", () => P95(ours), () => P95(legacy));
        if (partial > MostPartial * written) throw new BenchFailedException($"GAIA_HOME has not acknowledged {partial} of {written} PUTs in time");
        return Row.Of(
            Name, "ms p95", rounds, $"≤ {Goal:0.00} ×", (_, ratio) => ratio <= Goal,
            string.Create(CultureInfo.InvariantCulture, $"PUT with ack both, {rate:0}/s open loop: half of what {Writers} clients could bring to GAIA_HOME alone ({alone:0}/s) or to both sides through a silo ({both:0}/s), whichever is less, {partial} of {written} acknowledged by ours alone; theirs: the same PUT to GAIA_HOME itself, which does not wait for its disk"))
            .LimitedBy("the change is durable in PostgreSQL before GAIA_HOME is asked, or a crash would lose what it was asked for: a commit is added to every write, and clients, silo, PostgreSQL and GAIA_HOME share the cores that GAIA_HOME has for itself in theirs; clients that wait for each other gather several changes to a commit, which requests sent when they are due do not");

        async Task<double> P95(Uri side) => (await OpenLoop.Run(rate, size.Load, n => Put(side, n), cancellation)).GetValueAtPercentile(95) / 1_000.0;

        async Task<double> Capacity(Uri side)
        {
            var (begun, n) = (Stopwatch.GetTimestamp(), 0);
            await Task.WhenAll(Enumerable.Range(0, Writers).Select(async _ =>
            {
                while (Stopwatch.GetElapsedTime(begun) < size.Load) await Put(side, Interlocked.Increment(ref n));
            }));
            return n / Stopwatch.GetElapsedTime(begun).TotalSeconds;
        }

        async Task Put(Uri side, int n)
        {
            var id = $"session-{n % Sessions + 1:000000}";
            using var body = new StringContent($$"""{"session_name":"{{id}}","status":"busy","current_task_count":{{n}}}""", Encoding.UTF8, "application/json");
            using var answer = await http.PutAsync(new Uri(side, $"api/sessions/{id}"), body, cancellation);
            // One that GAIA_HOME did not take in time is a success as well, and no dual write.
            if (side == ours) Interlocked.Increment(ref written);
            if (side == ours && answer.IsSuccessStatusCode && answer.Headers.GetValues("X-Gaia-Dual-Write").Single() != "success") Interlocked.Increment(ref partial);
            if (!answer.IsSuccessStatusCode) throw new BenchFailedException($"PUT to {side}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellation)}");
        }
    }
}
