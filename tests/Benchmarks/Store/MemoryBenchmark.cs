using System.Globalization;
using GaiaOrleans.Benchmarks.Peers;
using GaiaOrleans.Benchmarks.Results;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Benchmarks.Store;

/// <summary>What an active session takes of a silo's memory beside its document.</summary>
internal sealed class MemoryBenchmark : Benchmark
{
    private const int Sessions = 20_000;
    private const double Goal = 2;

    // What a silo has in memory for itself.
    private const int Others = 200;

    public override string Name => "memory";

    public override async Task<Row> Measure(BenchSize size, CancellationToken cancellation)
    {
        await using var postgres = await PostgresServer.StartAsync(durable: false, cancellation);
        var database = await postgres.CreateDatabaseAsync("gaia", cancellation);
        await using var silo = await HostedSilo.Start(database, cancellation);
        for (var first = 1; first <= Sessions; first += StorePayload.Sessions)
            await Task.WhenAll(Enumerable.Range(first, Math.Min(StorePayload.Sessions, Sessions - first + 1)).Select(n => silo.Write(StorePayload.Id(n), StorePayload.Document(n), cancellation)));
        var document = (await silo.Read(StorePayload.Id(1))).Body!.Length;
        var rounds = await Rounds.Take(size with { Rounds = size.Rounds - 2 }, "bytes", Ours, Theirs);
        return Row.Of(
            Name, "bytes", rounds, $"≤ {Goal:0} ×", (_, ratio) => ratio <= Goal,
            string.Create(CultureInfo.InvariantCulture, $"managed memory that stays of each of {Sessions} sessions that were read, without the {document} bytes of the document itself; theirs: a grain without a field"))
            .Because("a session keeps its row beside the document, its latest requests, and what readers find it by without a message");

        async Task<double> Ours()
        {
            await silo.LetGo(Others);
            var each = await ManagedMemory.EachOf(Sessions, n => silo.Read(StorePayload.Id(n)));
            var active = await silo.Active();
            return active >= Sessions ? each - document : throw new BenchFailedException($"only {active} grains were in memory");
        }

        async Task<double> Theirs()
        {
            await using var peer = await PeerProcess.State(database, cancellation);
            return await peer.Ask($"activate?count={Sessions}", "", cancellation);
        }
    }
}
