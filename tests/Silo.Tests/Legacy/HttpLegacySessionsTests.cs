using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Silo.Tests.Legacy;

/// <summary>The shared facts over real HTTP, against the stand-in as a process of its own.</summary>
public sealed class HttpLegacySessionsTests : LegacySessionsFacts, IAsyncLifetime
{
    private readonly List<LegacyClient> _clients = [];
    private GaiaHomeProcess _home = null!;

    protected override ILegacySessions Legacy => _clients[0].Sessions;

    public async Task InitializeAsync()
    {
        _home = await GaiaHomeProcess.StartAsync();
        Reopened();
    }

    public async Task DisposeAsync()
    {
        foreach (var client in _clients) await client.DisposeAsync();
        await _home.DisposeAsync();
    }

    protected override ILegacySessions Reopened()
    {
        // Kept far away from its limit: opening has tests of its own.
        _clients.Add(new(_home.Url, ("PageSize", 100), ("Breaker:MinimumThroughput", 1_000)));
        return _clients[^1].Sessions;
    }

    protected override ILegacySessions WithDirectWriters()
    {
        _clients.Add(new(_home.Url, ("DirectWriters", true)));
        return _clients[^1].Sessions;
    }

    protected override Task Remove(string id) => _home.Remove(id);

    protected override Task Seed(string id, string json) => _home.Seed(json);

    protected override Task GoDown() => _home.KillAsync();

    protected override Task ComeBack() => _home.RestartAsync();

    protected override Task LoseTheNextAnswer() => _home.SetFaultsAsync(new { ApplyThen = "drop", Times = 1 });

    protected override Task RefuseTheNextWrite() => _home.SetFaultsAsync(new { RefuseWrites = 422, Times = 1 });
}
