using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using GaiaOrleans.Testbed;
using Npgsql;

namespace GaiaOrleans.Benchmarks.Clusters;

/// <summary>One silo or more, PostgreSQL that waits for its disk, and a seeded GAIA_HOME: as they ship, on this machine.</summary>
internal sealed class BenchCluster : IAsyncDisposable
{
    private static readonly TimeSpan RunDeadline = TimeSpan.FromMinutes(15);
    private readonly LocalCluster _cluster;
    private readonly HttpClient _control;

    private BenchCluster(LocalCluster cluster, int sessions)
    {
        (_cluster, Sessions) = (cluster, sessions);
        _control = new() { BaseAddress = cluster.Silos[0].Url, Timeout = TimeSpan.FromSeconds(60) };
        // Emptying, settling and copying take as long as the disk does.
        Database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { CommandTimeout = 600 }.ConnectionString);
    }

    public int Sessions { get; }

    public LocalCluster Processes => _cluster;

    public NpgsqlDataSource Database { get; }

    /// <summary>Of the silo, in MiB.</summary>
    public double SiloMemory => ProcessCost.Memory(_cluster.Silos[0].Pid);

    /// <summary>Of the silos and the gateway together, in MiB.</summary>
    public double Memory => _cluster.Silos.Select(s => s.Pid).Append(_cluster.Gateway.Pid).Sum(ProcessCost.Memory);

    /// <summary>The silos', and the standalone one's.</summary>
    public IReadOnlyList<Uri> Gateways => [.. _cluster.Silos.Select(s => s.Url), _cluster.Gateway.Url];

    /// <summary>With dual-write on, nothing migrated yet.</summary>
    public static async Task<BenchCluster> Start(int sessions, CancellationToken cancellation, int silos = 1)
    {
        var cluster = new BenchCluster(await LocalCluster.StartAsync(silos, sessions), sessions);
        try
        {
            await cluster.DualWrite(true, cancellation);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public Task DualWrite(bool enabled, CancellationToken cancellation) => Post("api/migration/dual-write", new { enabled, reason = "benchmark" }, cancellation);

    /// <summary>So many percent to the target, whatever the gates say.</summary>
    public Task Split(int percentage, CancellationToken cancellation) =>
        Post("api/traffic-split", new { go_percentage = percentage, python_percentage = 100 - percentage, force = true, reason = "benchmark" }, cancellation);

    /// <summary>How long a session is, as clients are answered.</summary>
    public async Task<int> SessionBytes(CancellationToken cancellation) => (await _control.GetByteArrayAsync("api/sessions/session-000001", cancellation)).Length;

    /// <summary>The store as before the first migration.</summary>
    public async Task Empty(CancellationToken cancellation)
    {
        await using var command = Database.CreateCommand("TRUNCATE session_records, verified_buckets; CHECKPOINT");
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>What writing the store has left to do for the database is done: it would be charged to whatever is measured next.</summary>
    public async Task Settle(CancellationToken cancellation)
    {
        await using var command = Database.CreateCommand("VACUUM ANALYZE");
        await command.ExecuteNonQueryAsync(cancellation);
        await using var checkpoint = Database.CreateCommand("CHECKPOINT");
        await checkpoint.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>What the silo, PostgreSQL and GAIA_HOME have used so far.</summary>
    public async Task<ProgramCosts> Costs(CancellationToken cancellation)
    {
        await using var command = Database.CreateCommand("SELECT (SELECT wal_bytes FROM pg_stat_wal)::float8, blks_read::float8 FROM pg_stat_database WHERE datname = current_database()");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return new(
            ProcessCost.CpuTime(_cluster.Silos[0].Pid), ProcessCost.CpuTime(_cluster.Postgres.Pid), ProcessCost.CpuTime(_cluster.Legacy.Pid), reader.GetDouble(0), reader.GetDouble(1));
    }

    /// <exception cref="BenchFailedException">It was not answered with success.</exception>
    public async Task Get(string path, CancellationToken cancellation)
    {
        using var answer = await _control.GetAsync(path, cancellation);
        if (!answer.IsSuccessStatusCode) throw new BenchFailedException($"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellation)}");
    }

    /// <summary>A whole run, from its first page to its last by its own clock.</summary>
    public async Task<TimeSpan> Run(string kind, CancellationToken cancellation)
    {
        var begun = await Post("api/migration/runs", new { kind }, cancellation);
        var run = (await Eventually.Get(() => Shown(kind, cancellation), r => r is not null && Text(r, "state") is not "running", RunDeadline))!;
        var wrong = Count(run, "failed") + Count(run, "mismatched") + Count(run, "pending") + Count(run, "skipped");
        if (Text(run, "state") != "completed" || Text(run, "run_id") != Text(begun, "run_id") || Count(run, "listed") != Sessions || Count(run, "done") != Sessions || wrong > 0) throw new BenchFailedException($"the {kind} run went wrong: {run.ToJsonString()}");
        return run["finished_at"]!.GetValue<DateTimeOffset>() - run["started_at"]!.GetValue<DateTimeOffset>();
    }

    /// <summary>Null = it could not be asked just now, and goes on all the same.</summary>
    private async Task<JsonNode?> Shown(string kind, CancellationToken cancellation)
    {
        try
        {
            return JsonNode.Parse(await _control.GetStringAsync($"api/migration/runs/{kind}", cancellation));
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        _control.Dispose();
        await _cluster.DisposeAsync();
    }

    /// <inheritdoc cref="Get" path="/exception"/>
    public async Task<JsonNode> Post(string path, object body, CancellationToken cancellation)
    {
        using var answer = await _control.PostAsJsonAsync(path, body, JsonSerializerOptions.Web, cancellation);
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new BenchFailedException($"{path}: {(int)answer.StatusCode} {text}");
    }

    /// <summary>A change of every session, acknowledged; some at once.</summary>
    public Task ChangeAll(CancellationToken cancellation) => Parallel.ForEachAsync(
        Enumerable.Range(1, Sessions), new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = cancellation }, async (n, token) =>
        {
            using var body = new StringContent($$"""{"current_task_count":{{n}}}""", System.Text.Encoding.UTF8, "application/merge-patch+json");
            using var answer = await _control.PatchAsync($"api/sessions/session-{n:000000}", body, token);
            answer.EnsureSuccessStatusCode();
        });

    private static string Text(JsonNode run, string member) => run[member]!.GetValue<string>();

    private static long Count(JsonNode run, string member) => run[member]!.GetValue<long>();
}
