using System.Collections.Concurrent;
using System.Globalization;
using GaiaOrleans.EndToEnd.Tests.Clusters;

namespace GaiaOrleans.EndToEnd.Tests.Faults;

/// <summary>
/// Clients that change and read a session of their own, several times a second, until they are stopped. Nobody else writes there, so every
/// acknowledged change must be the next version: one that was lost or applied twice breaks the row.
/// </summary>
public sealed class SessionClients
{
    private static readonly TimeSpan Thought = TimeSpan.FromMilliseconds(200);
    private readonly ConcurrentQueue<string> _troubles = [];
    private readonly ConcurrentDictionary<string, int> _acknowledged = [];
    private readonly Task _clients;
    private long _changes;
    private volatile bool _stopping;

    private SessionClients(string prefix, IReadOnlyList<Uri> gateways, int clients) =>
        _clients = Task.WhenAll(Enumerable.Range(0, clients).Select(c => Run($"{prefix}-{c:00}", new Http(gateways[c % gateways.Count]))));

    /// <summary>Acknowledged so far.</summary>
    public long Changes => Interlocked.Read(ref _changes);

    /// <summary>Every answer that was not the expected one.</summary>
    public IReadOnlyCollection<string> Troubles => _troubles;

    /// <param name="prefix">Of the sessions' ids; the same for no other clients.</param>
    /// <param name="gateways">Each client keeps to one.</param>
    public static SessionClients Start(string prefix, int clients, params IReadOnlyList<Uri> gateways) => new(prefix, gateways, clients);

    /// <summary>Returns when each session has been changed again, counted from now, or when something went wrong.</summary>
    public async Task UntilAllAreServed(TimeSpan within)
    {
        var before = _acknowledged.ToDictionary();
        // One change may have been answered just before it was counted from; the second was asked for afterwards.
        await Testbed.Eventually.Get(() => Task.FromResult(before.Count(b => _acknowledged[b.Key] < b.Value + 2)), unserved => unserved == 0 || !_troubles.IsEmpty, within);
    }

    /// <summary>Returns when every client has its last answer.</summary>
    public Task Stop()
    {
        _stopping = true;
        return _clients;
    }

    public async Task AssertShownBy(Http side)
    {
        foreach (var (id, n) in _acknowledged) Assert.Equal($"{id}: {n}", $"{id}: {(await side.Get($"api/sessions/{id}").Ok()).Json["metadata"]!["n"]}");
    }

    public async Task AssertStored(FaultCluster faults)
    {
        foreach (var (id, n) in _acknowledged) Assert.Equal($"{id}: {n}", $"{id}: {await faults.Stored(id, "n")}");
    }

    private async Task Run(string id, Http gateway)
    {
        using var timer = new PeriodicTimer(Thought);
        for (var n = 1; !_stopping; n++)
        {
            var changed = n == 1 ? await gateway.Put($"api/sessions/{id}", """{"metadata":{"n":1}}""") : await gateway.Patch($"api/sessions/{id}", $$$"""{"metadata":{"n":{{{n}}}}}""");
            if ((int)changed.Status is not (200 or 201) || changed.Headers.GetValueOrDefault("ETag") != string.Create(CultureInfo.InvariantCulture, $"\"{n}\""))
            {
                // What this client expects of its session is no longer certain.
                _troubles.Enqueue($"{id}, change {n}: {changed}, ETag {changed.Headers.GetValueOrDefault("ETag")}");
                return;
            }

            _acknowledged[id] = n;
            Interlocked.Increment(ref _changes);
            var read = await gateway.Get($"api/sessions/{id}");
            if ((int)read.Status != 200 || read.Json["metadata"]!["n"]!.GetValue<int>() != n) _troubles.Enqueue($"{id}, read after {n}: {read}");
            await timer.WaitForNextTickAsync();
        }
    }
}
