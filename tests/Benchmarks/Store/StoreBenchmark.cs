using System.Globalization;
using GaiaOrleans.Benchmarks.Results;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Benchmarks.Store;

/// <summary>How many writes a session grain's store makes durable in a second, without a legacy side.</summary>
/// <param name="name">Of the row.</param>
/// <param name="goal">The least ratio.</param>
/// <param name="start">What it is compared with.</param>
internal sealed class StoreBenchmark(string name, double goal, Func<string, CancellationToken, Task<StorePeer>> start) : Benchmark
{
    public static StoreBenchmark Orleans => new("store", 12, OrleansState.Start);

    public static StoreBenchmark Npgsql => new("store-npgsql", 3, NpgsqlUpsert.Start);

    public static StoreBenchmark Pgbench => new("store-pgbench", 1.5, PgBench.Start);

    public override string Name => name;

    public override async Task<Row> Measure(BenchSize size, CancellationToken cancellation)
    {
        await using var postgres = await PostgresServer.StartAsync(cancellation);
        var database = await postgres.CreateDatabaseAsync("gaia", cancellation);
        await using var silo = await HostedSilo.Start(database, cancellation);
        await using var peer = await start(database, cancellation);
        var rounds = await Rounds.Take(
            size, "writes/s",
            () => Callers.PerSecond(StorePayload.Sessions, size.Load, (caller, n) => silo.Write(StorePayload.Id(caller), StorePayload.Document(n), cancellation)),
            () => peer.PerSecond(size.Load, cancellation));
        return Row.Of(
            Name, "writes/s", rounds, string.Create(CultureInfo.InvariantCulture, $"≥ {goal:0.#} ×"), (_, ratio) => ratio >= goal,
            $"durable writes through {StorePayload.Sessions} session grains, each with a caller that waits for its answer, in one silo without a legacy side; theirs: {peer.What}; the same document of {StorePayload.Document(1).Length} bytes in the same PostgreSQL")
            .LimitedBy("of two cores' time the silo has half (parsing, stamping and taking apart the document, Orleans' calls, the driver), PostgreSQL three tenths for its rows, and a seventh passes while a commit is on its way; where a flush of the disk costs little, gathering commits into one gains little");
    }
}
