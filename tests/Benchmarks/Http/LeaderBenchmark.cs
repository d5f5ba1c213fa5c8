using System.Globalization;
using System.Text;
using GaiaOrleans.Benchmarks.Clusters;
using GaiaOrleans.Benchmarks.Load;
using GaiaOrleans.Benchmarks.Results;
using GaiaOrleans.Benchmarks.Store;
using Npgsql;

namespace GaiaOrleans.Benchmarks.Http;

/// <summary>How long a client waits for a write that the leading side alone acknowledges, against the least that makes a value durable.</summary>
internal sealed class LeaderBenchmark : Benchmark
{
    private const int Sessions = 1_000;
    private const double PerSecond = 200;
    private const double Goal = 1.5;

    public override string Name => "leader";

    public override async Task<Row> Measure(BenchSize size, CancellationToken cancellation)
    {
        await using var cluster = await BenchCluster.Start(Sessions, cancellation);
        await cluster.Run("migrate", cancellation);
        await cluster.Split(100, cancellation);
        await cluster.Post("api/migration/dual-write", new { ack = "leader", reason = "benchmark" }, cancellation);
        await UpsertTable.Create(cluster.Database, cancellation);
        // Each statement is parsed and planned once, as ours are.
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(cluster.Processes.ConnectionString) { MaxAutoPrepare = 10, AutoPrepareMinUsages = 1 }.ConnectionString);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = cluster.Processes.Silos[0].Url };
        var rounds = await Rounds.Take(size, "ms p95", () => P95(Write), () => P95(Insert));
        return Row.Of(
            Name, "ms p95", rounds, $"≤ {Goal:0.0} ×", (_, ratio) => ratio <= Goal,
            string.Create(CultureInfo.InvariantCulture, $"PATCH over HTTP, ack leader, {PerSecond:0}/s open loop, GAIA_HOME fed beside it; theirs: a prepared upsert of one row in the same PostgreSQL at the same rate, without HTTP"))
            .LimitedBy("HTTP, the session's rules and the acknowledgement of GAIA_HOME, which is a commit of its own, are in ours alone, on the same cores");

        async Task<double> P95(Func<int, Task> write) => (await OpenLoop.Run(PerSecond, size.Load, write, cancellation)).GetValueAtPercentile(95) / 1_000.0;

        async Task Write(int n)
        {
            using var body = new StringContent(Body(n), Encoding.UTF8, "application/merge-patch+json");
            using var answer = await http.PatchAsync($"api/sessions/{Id(n)}", body, cancellation);
            answer.EnsureSuccessStatusCode();
        }

        async Task Insert(int n)
        {
            await using var command = database.CreateCommand(UpsertTable.Upsert);
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Id(n) });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Body(n) });
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    private static string Id(int n) => $"session-{n % Sessions + 1:000000}";

    private static string Body(int n) => $$"""{"status":"busy","current_task_count":{{n}}}""";
}
