using System.Globalization;
using GaiaOrleans.Testbed;
using Npgsql;

namespace GaiaOrleans.Benchmarks.Store;

/// <summary>PostgreSQL's own load program with the same upsert.</summary>
internal sealed class PgBench : StorePeer
{
    private const string Rate = "tps = ";
    private static readonly int[] Candidates = [8, 32, 64];
    private readonly NpgsqlConnectionStringBuilder _to;
    private readonly string _program;
    private readonly string _script = Path.GetTempFileName();
    private int _clients;

    private PgBench(string connectionString, string program) => (_to, _program) = (new(connectionString), program);

    public override string What => $"pgbench with the upsert, prepared, {_clients} clients, the best of {string.Join(", ", Candidates)}";

    /// <exception cref="BenchSkippedException">It is not installed.</exception>
    public static async Task<StorePeer> Start(string connectionString, CancellationToken cancellation)
    {
        var program = PostgresBinaries.Find("pgbench") ?? throw new BenchSkippedException("pgbench is not beside postgres");
        await using var database = NpgsqlDataSource.Create(connectionString);
        await UpsertTable.Create(database, cancellation);
        var bench = new PgBench(connectionString, program);
        // As for the others, no two clients write the same row, each has the sessions that its number comes to, and the document is sent with each.
        var values = UpsertTable.Upsert.Replace("$1", "'session-' || :id", StringComparison.Ordinal).Replace("$2", ":document", StringComparison.Ordinal);
        await File.WriteAllTextAsync(bench._script, $"\\set id :client_id + :clients * random(0, {StorePayload.Sessions} / :clients - 1)\n{values};\n", cancellation);
        return bench;
    }

    public override async Task<double> PerSecond(TimeSpan length, CancellationToken cancellation)
    {
        _clients = await BestOf(Candidates, length, Measure);
        return await Measure(_clients, length);

        async Task<double> Measure(int clients, TimeSpan time)
        {
            await using var process = ChildProcess.Start(new(
                _program, "--no-vacuum", "--protocol=prepared", "--file", _script, "--client", Text(clients), "--jobs", "2", "--define", $"clients={clients}", "--define", $"document={StorePayload.Document(1)}", "--time", Text(Math.Max(1, (int)time.TotalSeconds)),
                "--host", _to.Host!, "--port", Text(_to.Port), "--username", _to.Username!, _to.Database!));
            var code = await process.WaitForExitAsync(cancellation);
            var line = process.Output.FirstOrDefault(l => l.StartsWith(Rate, StringComparison.Ordinal));
            if (code != 0 || line is null) throw new BenchFailedException($"pgbench: {string.Join(" | ", process.Output)}");
            return double.Parse(line[Rate.Length..].Split(' ')[0], CultureInfo.InvariantCulture);
        }

        static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
    }

    public override ValueTask DisposeAsync()
    {
        File.Delete(_script);
        return ValueTask.CompletedTask;
    }
}
