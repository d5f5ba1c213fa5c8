using System.Diagnostics;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Silo.Tests.Legacy;

/// <summary>Answers that keep coming and never end: nothing waits longer than it was told to.</summary>
public sealed class SlowAnswerTests : IAsyncLifetime
{
    private static readonly TimeSpan Total = TimeSpan.FromSeconds(0.9);

    // Whole, such an answer would take twenty seconds and more.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(7);
    private GaiaHomeProcess _home = null!;
    private LegacyClient _client = null!;

    public async Task InitializeAsync()
    {
        _home = await GaiaHomeProcess.StartAsync(["--seed", "3"]);
        _client = LegacyClient.Of(_home.Url, ("Timeout", "00:00:00.600"), ("TotalTimeout", Total), ("ListTimeout", "00:00:00.700"), ("Breaker:MinimumThroughput", 1_000));
        // The first use of any client is slow in itself.
        await using var first = LegacyClient.Of(_home.Url);
        await first.Sessions.Get("session-000001", default);
        await Eventually.True(async () => await Record.ExceptionAsync(() => _client.Sessions.Get("session-000001", default)) is null, "a read was answered in time");
        await _home.SetFaultsAsync(new { TrickleMs = 100 });
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _home.DisposeAsync();
    }

    [Fact]
    public async Task A_read_that_comes_byte_by_byte_ends_by_the_total_timeout()
    {
        var started = Stopwatch.GetTimestamp();
        var problem = await Assert.ThrowsAsync<LegacyUnavailableException>(() => _client.Sessions.Get("session-000001", default));
        Assert.Contains("[timeout]", problem.Message, StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(0.6), Total + Slack);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_write_whose_answer_comes_byte_by_byte_ends_by_the_total_timeout(bool exists)
    {
        var id = exists ? "session-000002" : Some.Id();
        var started = Stopwatch.GetTimestamp();
        Assert.Equal("timeout", Assert.IsType<LegacyAnswer.Unknown>(await _client.Sessions.Put(id, Some.Document(id), exists, default)).Code);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(0.5), Total + Slack);
        await Eventually.True(async () => await _home.Applied(id) == (exists ? "PUT 1" : "POST 1"), "it was carried out, once");
    }

    [Fact]
    public async Task A_write_before_which_the_list_comes_byte_by_byte_is_not_sent()
    {
        await using var client = new LegacyClient(_home.Url, ("Timeout", "00:00:00.600"), ("TotalTimeout", Total));
        var id = Some.Id();
        var started = Stopwatch.GetTimestamp();
        Assert.Equal("timeout", Assert.IsType<LegacyAnswer.Failed>(await client.Sessions.Put(id, Some.Document(id), exists: false, default)).Code);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(0.5), Total + Slack);
        Assert.Equal("", await _home.Applied(id));
    }

    [Fact]
    public async Task A_list_that_comes_byte_by_byte_ends_by_its_own_timeout_tried_twice()
    {
        var started = Stopwatch.GetTimestamp();
        var problem = await Assert.ThrowsAsync<LegacyUnavailableException>(() => _client.Sessions.List(null, default));
        Assert.Contains("[timeout]", problem.Message, StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(1.2), TimeSpan.FromSeconds(1.6) + Slack);
    }
}
