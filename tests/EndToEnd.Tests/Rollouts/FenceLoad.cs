using System.Collections.Concurrent;
using System.Globalization;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Rollouts;

/// <summary>
/// Clients that read and write a few hot sessions through every gateway until they are stopped. Each writes a member of its own in every session, so
/// that the last value acknowledged to it can be told from the others'.
/// </summary>
public sealed class FenceLoad
{
    public const int Sessions = 30;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentQueue<Seen> _seen = [];
    private readonly ConcurrentDictionary<(string Id, string Member), int> _acknowledged = [];
    private readonly Task _clients;
    private volatile bool _stopping;

    private FenceLoad(IReadOnlyList<(string Name, Uri Url)> gateways, int clients) =>
        _clients = Task.WhenAll(Enumerable.Range(0, clients).Select(c => Client(c, gateways[c % gateways.Count])));

    public IReadOnlyCollection<Seen> Seen => _seen;

    /// <summary>The writes that were refused, or not answered at all.</summary>
    public IEnumerable<Seen> Refused => _seen.Where(s => s is { Write: true, Status: < 200 or >= 300 });

    public static FenceLoad Start(LocalCluster cluster, int clients) =>
        new([.. cluster.Silos.Select(s => (s.Name, s.Url)), (GatewayProcess.DefaultName, cluster.Gateway.Url)], clients);

    public static string Id(int n) => $"session-{n % Sessions + 1:000000}";

    /// <summary>Returns when every client has its last answer.</summary>
    public Task Stop()
    {
        _stopping = true;
        return _clients;
    }

    /// <summary>The acknowledged values that this side does not show.</summary>
    public async Task<IReadOnlyList<string>> Lost(Http side)
    {
        var lost = new List<string>();
        foreach (var session in _acknowledged.GroupBy(a => a.Key.Id))
        {
            var shows = (await side.Get($"api/sessions/{session.Key}").Ok()).Json;
            lost.AddRange(session
                .Where(a => shows[a.Key.Member]?.GetValue<int>() is not { } shown || shown < a.Value)
                .Select(a => $"{a.Key.Id}.{a.Key.Member}: {a.Value} acknowledged, {shows[a.Key.Member]?.ToJsonString() ?? "nothing"} shown"));
        }

        return lost;
    }

    private async Task Client(int client, (string Name, Uri Url) gateway)
    {
        var http = new Http(gateway.Url);
        var random = new Random(client);
        var member = $"c{client}";
        using var timer = new PeriodicTimer(Pace);
        for (var n = 1; !_stopping; n++)
        {
            var id = Id(random.Next());
            var write = random.Next(2) == 0;
            var sent = TimeProvider.System.GetTimestamp();
            var answer = await Ask(() => write ? http.Patch($"api/sessions/{id}", $$"""{"{{member}}":{{n}}}""") : http.Get($"api/sessions/{id}"));
            _seen.Enqueue(new(
                gateway.Name, id, write, sent, TimeProvider.System.GetTimestamp(), answer is null ? 0 : (int)answer.Status, Number(answer, "X-Gaia-Epoch"), Number(answer, "ETag"),
                answer?.Body ?? ""));
            if (write && answer is { Status: System.Net.HttpStatusCode.OK }) _acknowledged[(id, member)] = n;
            await timer.WaitForNextTickAsync();
        }
    }

    private static async Task<Answer?> Ask(Func<Task<Answer>> request)
    {
        try
        {
            return await request();
        }
        // A gateway that is stopped or killed answers nothing; the record says so.
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    private static long? Number(Answer? answer, string header) =>
        answer?.Headers.GetValueOrDefault(header) is { } text && long.TryParse(text.Trim('"'), CultureInfo.InvariantCulture, out var number) ? number : null;
}
