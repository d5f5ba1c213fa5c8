using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using GaiaOrleans.Testbed;
using Npgsql;

namespace GaiaOrleans.Benchmarks.Failover;

/// <summary>Three silos and a standalone gateway, whose silos are lost one after the other while clients work.</summary>
internal sealed class FailoverCluster : IAsyncDisposable
{
    private const int Sessions = 90;
    private const int Dead = 6;

    // Changes of each session before its silo is lost: by then it is where it belongs, and its gateway knows.
    private const int WarmUp = 5;
    // With Orleans' settings a silo that stands still takes two minutes.
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    // For what is served, and then not again.
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(2);
    private readonly LocalCluster _cluster;
    private readonly NpgsqlDataSource _database;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(60) };
    private int _next;

    private FailoverCluster(LocalCluster cluster) => (_cluster, _database) = (cluster, NpgsqlDataSource.Create(cluster.ConnectionString));

    public static async Task<FailoverCluster> Start(IReadOnlyDictionary<string, string?> settings, CancellationToken cancellation)
    {
        var cluster = new FailoverCluster(await LocalCluster.StartAsync(sessions: Sessions, settings: settings));
        try
        {
            await cluster.Send(HttpMethod.Post, new(cluster._cluster.Silos[0].Url, "api/migration/dual-write"), """{"enabled":true,"reason":"benchmark"}""", cancellation);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Loses the next silo while its sessions are being changed, waits until all of them are served again, and brings it back.</summary>
    public async Task<Strike> Lose(Func<SiloProcess, Task> strike, CancellationToken cancellation)
    {
        var victim = _cluster.Silos[_next++ % _cluster.Silos.Count];
        var lost = (await Owners(cancellation)).Where(o => o.Value == victim.Name).Select(o => o.Key).ToList();
        if (lost.Count == 0) throw new BenchFailedException($"{victim.Name} holds no session");
        var left = _cluster.Silos.Where(s => s != victim).ToList();
        var probers = lost.Select((id, i) => new Prober(_http, i % 2 == 0 ? _cluster.Gateway.Url : left[i / 2 % left.Count].Url, id)).ToList();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var running = Task.WhenAll(probers.Select(p => p.Run(stopping.Token)));
        await Eventually.Get(() => Task.FromResult(probers.Min(p => p.Changes)), changes => changes >= WarmUp, Deadline);

        var at = Stopwatch.GetTimestamp();
        var declared = DeclaredDead(victim.Name, at, cancellation);
        await strike(victim);
        await Eventually.Get(() => Task.FromResult(Living(left).Count > 0 ? probers.Count(p => p.OutageAfter(at) is null) : 0), unserved => unserved == 0, Deadline);
        using (var timer = new PeriodicTimer(Aftermath)) await timer.WaitForNextTickAsync(cancellation);
        await stopping.CancelAsync();
        await running;
        var result = new Strike(await declared, Outages(p => p.Gateway != _cluster.Gateway.Url), Outages(p => p.Gateway == _cluster.Gateway.Url), probers.Sum(p => p.Failed(at)));
        await victim.RestartAsync();
        await UntilWhole(cancellation);
        return result;

        List<double> Outages(Func<Prober, bool> through) => [.. probers.Where(through).Select(p => p.OutageAfter(at)!.Value.TotalSeconds)];
    }

    /// <summary>Lets clients change sessions, and counts the silos that are taken for dead although none is.</summary>
    public async Task<Soak> Soak(TimeSpan length, CancellationToken cancellation)
    {
        var gateways = _cluster.Silos.Select(s => s.Url).Append(_cluster.Gateway.Url).ToList();
        var probers = Enumerable.Range(1, Sessions).Select(n => new Prober(_http, gateways[n % gateways.Count], $"session-{n:000000}")).ToList();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var running = Task.WhenAll(probers.Select(p => p.Run(stopping.Token)));
        var (begun, looks, notReady) = (Stopwatch.GetTimestamp(), 0, 0);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(5));
        while (Stopwatch.GetElapsedTime(begun) < length)
        {
            await timer.WaitForNextTickAsync(cancellation);
            foreach (var silo in _cluster.Silos)
            {
                looks++;
                if (!await Ready(silo.Url, cancellation)) notReady++;
            }
        }

        await stopping.CancelAsync();
        await running;
        await using var command = _database.CreateCommand("SELECT count(*) FROM orleansmembershiptable WHERE status = $1");
        command.Parameters.Add(new() { Value = Dead });
        var evictions = Convert.ToInt32(await command.ExecuteScalarAsync(cancellation), System.Globalization.CultureInfo.InvariantCulture);
        return new(evictions, probers.Count, probers.Sum(p => p.Changes), probers.Sum(p => p.Failed(begun)), looks, notReady);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _database.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    /// <summary>Which silo holds each session, as only a row tells whose change is being sent.</summary>
    private async Task<Dictionary<string, string>> Owners(CancellationToken cancellation)
    {
        await _cluster.Legacy.SetFaultsAsync(new { latency_ms = 800 }, cancellation);
        var ids = Enumerable.Range(1, Sessions).Select(n => $"session-{n:000000}").ToList();
        var changes = ids.Select(id => Send(HttpMethod.Patch, new(_cluster.Gateway.Url, $"api/sessions/{id}"), """{"metadata":{"n":-1}}""", cancellation)).ToList();
        var owners = new Dictionary<string, string>();
        await Eventually.Get(
            async () =>
            {
                await using var command = _database.CreateCommand("SELECT id, owner FROM session_records WHERE owner IS NOT NULL AND send_lease_until > now()");
                await using var rows = await command.ExecuteReaderAsync(cancellation);
                while (await rows.ReadAsync(cancellation)) owners[rows.GetString(0)] = rows.GetString(1);
                return changes.All(c => c.IsCompleted);
            },
            done => done, Deadline);
        await Task.WhenAll(changes);
        await _cluster.Legacy.ClearFaultsAsync(cancellation);
        return owners;
    }

    private async Task<TimeSpan> DeclaredDead(string silo, long since, CancellationToken cancellation)
    {
        await Eventually.Get(
            async () =>
            {
                await using var command = _database.CreateCommand("SELECT status FROM orleansmembershiptable WHERE siloname = $1 ORDER BY generation DESC LIMIT 1");
                command.Parameters.Add(new() { Value = silo });
                return (int)(await command.ExecuteScalarAsync(cancellation))!;
            },
            status => status == Dead, Deadline);
        return Stopwatch.GetElapsedTime(since);
    }

    /// <exception cref="BenchFailedException">One has ended that nobody ended.</exception>
    private static IReadOnlyList<SiloProcess> Living(IReadOnlyList<SiloProcess> silos) => silos.FirstOrDefault(s => s.HasExited) is { } gone
        ? throw new BenchFailedException($"{gone.Name} ended with {gone.ExitCode}:\n{string.Join('\n', gone.Output.TakeLast(60))}")
        : silos;

    private async Task<bool> Ready(Uri silo, CancellationToken cancellation)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(silo, "health/ready"), cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private Task UntilWhole(CancellationToken cancellation) => Eventually.Get(
        async () =>
        {
            var active = new List<int>();
            foreach (var silo in Living(_cluster.Silos)) active.Add(await Active(silo.Url, cancellation));
            return active.Min();
        },
        active => active == _cluster.Silos.Count, Deadline);

    /// <summary>How many silos it sees; 0 = it cannot be asked yet.</summary>
    private async Task<int> Active(Uri silo, CancellationToken cancellation)
    {
        try
        {
            return JsonNode.Parse(await _http.GetStringAsync(new Uri(silo, "api/cluster/health"), cancellation))!["quorum"]!["active"]!.GetValue<int>();
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    private async Task Send(HttpMethod method, Uri url, string body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, url) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        using var answer = await _http.SendAsync(request, cancellation);
        if (!answer.IsSuccessStatusCode) throw new BenchFailedException($"{method} {url}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellation)}");
    }
}
