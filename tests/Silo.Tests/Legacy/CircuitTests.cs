using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Silo.Legacy;
using GaiaOrleans.Testbed;
using Microsoft.Extensions.Time.Testing;

namespace GaiaOrleans.Silo.Tests.Legacy;

public sealed class CircuitTests : IAsyncLifetime
{
    // Nobody waits, breaks off or tries again but where a test says so.
    private readonly FakeTimeProvider _time = new();
    private GaiaHomeProcess _home = null!;
    private string _id = null!;

    public async Task InitializeAsync()
    {
        _home = await GaiaHomeProcess.StartAsync();
        await _home.Seed($$"""{"id":"{{_id = Some.Id()}}"}""");
    }

    public async Task DisposeAsync() => await _home.DisposeAsync();

    [Fact]
    public async Task The_circuit_opens_on_failures_refuses_at_once_and_closes_when_legacy_is_back()
    {
        await using var client = new LegacyClient(_home.Url, _time, ("Breaker:MinimumThroughput", 3), ("Breaker:Break", "00:00:00.500"), ("IdField", "id"));
        Assert.Equal("closed", client.Sessions.Circuit);
        await _home.KillAsync();
        for (var i = 0; i < 3; i++) Assert.Equal("unavailable", Assert.IsType<LegacyAnswer.Failed>(await Put(client)).Code);
        Assert.Equal("open", client.Sessions.Circuit);
        Assert.Contains(client.Log, line => line.StartsWith("Error: GAIA_HOME circuit opened", StringComparison.Ordinal));

        Assert.Equal("circuit_open", Assert.IsType<LegacyAnswer.Failed>(await Put(client)).Code);
        Assert.Contains("circuit_open", (await Assert.ThrowsAsync<LegacyUnavailableException>(() => client.Sessions.Get(_id, default))).Message, StringComparison.Ordinal);

        await _home.RestartAsync();
        await Eventually.True(
            async () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return await Put(client) is LegacyAnswer.Applied;
            },
            "a write got through again");
        Assert.Equal("closed", client.Sessions.Circuit);
        Assert.Contains(client.Log, line => line.StartsWith("Warning: GAIA_HOME circuit closed", StringComparison.Ordinal));
        Assert.Equal("PUT 1", (await _home.Applied(_id)).Replace("POST 1, ", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Answers_that_refuse_one_request_do_not_open_the_circuit()
    {
        await using var client = new LegacyClient(_home.Url, ("Breaker:MinimumThroughput", 2));
        await _home.SetFaultsAsync(new { RefuseWrites = 422 });
        for (var i = 0; i < 10; i++) await Put(client);
        Assert.Equal("closed", client.Sessions.Circuit);
    }

    [Fact]
    public async Task The_circuit_is_half_open_while_one_request_tries()
    {
        await using var client = new LegacyClient(_home.Url, _time, ("Breaker:MinimumThroughput", 2), ("Breaker:Break", "00:00:00.500"), ("IdField", "id"));
        await _home.SetFaultsAsync(new { ErrorRate = 1 });
        for (var i = 0; i < 2; i++) await Put(client);
        Assert.Equal("open", client.Sessions.Circuit);
        await _home.SetFaultsAsync(new { Hang = true });
        _time.Advance(TimeSpan.FromSeconds(1));
        var trying = Put(client);
        await Eventually.True(async () => await _home.InFlight() == 1, "a request was let through");
        Assert.Equal("half_open", client.Sessions.Circuit);
        await _home.ClearFaultsAsync();
        Assert.IsType<LegacyAnswer.Applied>(await trying);
        Assert.Equal("closed", client.Sessions.Circuit);
    }

    [Fact]
    public async Task Where_nobody_writes_it_tries_by_itself_until_legacy_is_back()
    {
        await using var client = new LegacyClient(_home.Url, _time, ("Breaker:MinimumThroughput", 2), ("IdField", "id"));
        await _home.SetFaultsAsync(new { ErrorRate = 1 });
        for (var i = 0; i < 2; i++) await Put(client);
        using var trial = new CircuitTrial(client.Http, _time);
        await trial.StartAsync(default);
        await Tries(() => client.Log.Count(line => line.StartsWith("Error: GAIA_HOME circuit opened", StringComparison.Ordinal)) > 2, "a trial was refused, and another");
        Assert.Equal("open", client.Sessions.Circuit);
        await _home.ClearFaultsAsync();
        await Tries(() => client.Sessions.Circuit == "closed", "a trial was answered");
        await trial.StopAsync(default);
        Assert.Equal("POST 1", await _home.Applied(_id));

        Task Tries(Func<bool> happened, string what) => Eventually.True(
            () =>
            {
                if (happened()) return Task.FromResult(true);
                _time.Advance(CircuitTrial.Pace);
                return Task.FromResult(false);
            },
            what);
    }

    /// <summary>What has been waiting for GAIA_HOME comes all at once when it is back, and none of it is put off once more.</summary>
    [Fact]
    public async Task Who_comes_while_one_request_tries_is_sent_when_that_is_answered()
    {
        var well = false;
        var (trying, goOn) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await using var home = await ScriptedHome.Start(async http =>
        {
            http.Response.StatusCode = well ? 204 : 500;
            if (!well || http.Request.Method == "GET") return;
            trying.TrySetResult();
            await goOn.Task;
        });
        await using var client = new LegacyClient(home.Url, _time, ("Breaker:MinimumThroughput", 2), ("Breaker:Break", "00:00:00.500"), ("IdField", "id"));
        for (var i = 0; i < 2; i++) await Put(client);
        Assert.Equal("open", client.Sessions.Circuit);
        well = true;
        _time.Advance(TimeSpan.FromSeconds(1));
        var first = Put(client);
        await trying.Task;
        var others = Enumerable.Range(0, 20).Select(_ => Put(client)).ToList();
        goOn.SetResult();
        Assert.All(await Task.WhenAll(others.Append(first)), answer => Assert.IsType<LegacyAnswer.Applied>(answer));
    }

    [Fact]
    public async Task Nobody_waits_for_a_place_while_the_circuit_is_open()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var home = await ScriptedHome.Start(async http =>
        {
            http.Response.StatusCode = 500;
            if (http.Request.Method != "PUT") return;
            arrived.SetResult();
            await release.Task;
        });
        await using var client = new LegacyClient(home.Url, ("MaxConcurrent", 1), ("Breaker:MinimumThroughput", 2), ("Breaker:Break", "00:01:00"), ("IdField", "id"));
        var holdsTheOnlyPlace = Put(client);
        await arrived.Task;
        await Assert.ThrowsAsync<LegacyUnavailableException>(() => client.Sessions.List(null, default)); // twice, and needs no place
        Assert.Equal("open", client.Sessions.Circuit);
        Assert.Equal("circuit_open", Assert.IsType<LegacyAnswer.Failed>(await Put(client)).Code);
        release.SetResult();
        await holdsTheOnlyPlace;
    }

    [Fact]
    public async Task What_finds_no_place_is_not_sent()
    {
        await using var client = new LegacyClient(_home.Url, _time, ("MaxConcurrent", 1), ("MaxWaiting", 0), ("IdField", "id"));
        await _home.SetFaultsAsync(new { Hang = true });
        var first = Put(client);
        await Eventually.True(async () => await _home.InFlight() == 1, "the first write is under way");
        Assert.Equal("overloaded", Assert.IsType<LegacyAnswer.Failed>(await Put(client)).Code);
        await _home.ClearFaultsAsync();
        Assert.IsType<LegacyAnswer.Applied>(await first);
        Assert.Equal("POST 1, PUT 1", await _home.Applied(_id));
    }

    private Task<LegacyAnswer> Put(LegacyClient client) => client.Sessions.Put(_id, Some.Document(_id), exists: true, default);
}
