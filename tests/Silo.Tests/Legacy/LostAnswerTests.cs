using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Silo.Legacy;
using GaiaOrleans.Testbed;
using Microsoft.Extensions.Time.Testing;
using SessionOptions = GaiaOrleans.Grains.Sessions.SessionOptions;

namespace GaiaOrleans.Silo.Tests.Legacy;

/// <summary>Everything that can happen to a write on its way, and how often it was applied then.</summary>
public sealed class LostAnswerTests : IAsyncLifetime
{
    private GaiaHomeProcess _home = null!;
    private LegacyClient _client = null!;
    private string _id = null!;

    private ILegacySessions Legacy => _client.Sessions;

    public async Task InitializeAsync()
    {
        _home = await GaiaHomeProcess.StartAsync();
        _client = LegacyClient.Of(_home.Url);
        _id = Some.Id();
        Assert.IsType<LegacyAnswer.Applied>(await Legacy.Put(_id, Some.Document(_id), exists: false, default));
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _home.DisposeAsync();
    }

    private Task<LegacyAnswer> Write(ILegacySessions? by = null) => (by ?? Legacy).Put(_id, Some.Document(_id, "busy"), exists: true, default);

    [Theory]
    [InlineData("""{"apply_then":"error"}""", "server_error", true)]
    [InlineData("""{"error_rate":1}""", "server_error", false)]
    [InlineData("""{"refuse_writes":503}""", "server_error", false)]
    [InlineData("""{"hang":true}""", "timeout", false)]
    [InlineData("""{"apply_then":"hang"}""", "timeout", true)]
    [InlineData("""{"latency_ms":4000}""", "timeout", true)]
    [InlineData("""{"trickle_ms":50}""", "timeout", true)]
    [InlineData("""{"close":true}""", "connection_lost", false)]
    [InlineData("""{"apply_then":"drop"}""", "connection_lost", true)]
    [InlineData("""{"html":true}""", "not_json", false)]
    [InlineData("""{"apply_then":"html"}""", "not_json", true)]
    [InlineData("""{"big":10485760}""", "too_large", false)]
    public async Task A_write_without_a_usable_answer_is_unknown_and_sent_once(string fault, string code, bool applied)
    {
        var created = Some.Id();
        var deleted = Some.Id();
        Assert.IsType<LegacyAnswer.Applied>(await Legacy.Put(deleted, Some.Document(deleted), exists: false, default));
        await using var hasty = LegacyClient.Of(_home.Url, ("Timeout", "00:00:01"), ("IdField", "id"));
        var legacy = code == "timeout" ? hasty.Sessions : Legacy;
        await _home.SetFaultsAsync(fault);
        Assert.Equal(code, Assert.IsType<LegacyAnswer.Unknown>(await legacy.Put(created, Some.Document(created), exists: false, default)).Code);
        Assert.Equal(code, Assert.IsType<LegacyAnswer.Unknown>(await Write(legacy)).Code);
        Assert.Equal(code, Assert.IsType<LegacyAnswer.Unknown>(await legacy.Delete(deleted, default)).Code);
        // One that has not been looked at yet, or whose client has not been seen to leave, would be carried out once there is no fault.
        await Eventually.True(async () => await _home.Affected() == 3 && await _home.InFlight() == 0, "the stand-in met all three and came to rest");
        await _home.ClearFaultsAsync();
        Assert.Equal(applied ? "POST 1" : "", await _home.Applied(created));
        Assert.Equal(applied ? "POST 1, PUT 1" : "POST 1", await _home.Applied(_id));
        Assert.Equal(applied ? "POST 1, DELETE 1" : "POST 1", await _home.Applied(deleted));
    }

    [Fact]
    public async Task A_create_whose_answer_was_lost_is_sent_again_as_a_replacement()
    {
        var id = Some.Id();
        await _home.SetFaultsAsync(new { ApplyThen = "drop", Times = 1 });
        Assert.IsType<LegacyAnswer.Unknown>(await Legacy.Put(id, Some.Document(id), exists: false, default));
        Assert.IsType<LegacyAnswer.Applied>(await Legacy.Put(id, Some.Document(id), exists: false, default));
        Assert.Equal("POST 1, PUT 1", await _home.Applied(id));
    }

    [Fact]
    public async Task A_delete_whose_connection_was_lost_is_unknown_and_not_repeated_behind_our_back()
    {
        await _home.SetFaultsAsync(new { ApplyThen = "drop" });
        Assert.Equal("connection_lost", Assert.IsType<LegacyAnswer.Unknown>(await Legacy.Delete(_id, default)).Code);
        Assert.Equal(1, await _home.Requests("DELETE /api/sessions/{id}"));
        await _home.ClearFaultsAsync();
        Assert.IsType<LegacyAnswer.Applied>(await Legacy.Delete(_id, default));
    }

    [Fact]
    public async Task A_refusing_port_is_a_failure_because_nothing_was_sent()
    {
        await _home.KillAsync();
        Assert.Equal("unavailable", Assert.IsType<LegacyAnswer.Failed>(await Write()).Code);
        Assert.Equal("unavailable", Assert.IsType<LegacyAnswer.Failed>(await Legacy.Delete(_id, default)).Code);
    }

    [Fact]
    public async Task A_host_that_does_not_exist_is_a_failure()
    {
        await using var client = new LegacyClient(new("http://gaia-home.invalid:5000"), ("IdField", "id"));
        Assert.Equal("unavailable", Assert.IsType<LegacyAnswer.Failed>(await client.Sessions.Put(_id, Some.Document(_id), exists: true, default)).Code);
    }

    [Theory]
    [InlineData(429, "overloaded")]
    [InlineData(408, "timeout")]
    [InlineData(425, "unavailable")]
    [InlineData(401, "unauthorized")]
    [InlineData(403, "unauthorized")]
    [InlineData(407, "unauthorized")]
    public async Task A_refusal_for_now_is_a_failure(int status, string code)
    {
        await _home.SetFaultsAsync(new { RefuseWrites = status });
        Assert.Equal(code, Assert.IsType<LegacyAnswer.Failed>(await Write()).Code);
        Assert.Equal(code, Assert.IsType<LegacyAnswer.Failed>(await Legacy.Delete(_id, default)).Code);
        await _home.ClearFaultsAsync();
        Assert.IsType<LegacyAnswer.Applied>(await Write());
        Assert.Equal("POST 1, PUT 1", await _home.Applied(_id));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(413)]
    [InlineData(422)]
    public async Task A_refusal_for_good_is_rejected(int status)
    {
        await _home.SetFaultsAsync(new { RefuseWrites = status });
        Assert.Equal(status, Assert.IsType<LegacyAnswer.Rejected>(await Write()).Status);
        Assert.Equal(status, Assert.IsType<LegacyAnswer.Rejected>(await Legacy.Delete(_id, default)).Status);
        Assert.Equal("POST 1", await _home.Applied(_id));
    }

    /// <summary>On a clock of the test's: how long a busy machine takes beside that is not what is promised.</summary>
    [Fact]
    public async Task With_the_default_timeouts_nothing_outlasts_the_send_lease()
    {
        var (legacy, sessions, time) = (new LegacyOptions(), new SessionOptions(), new FakeTimeProvider());
        await using var client = new LegacyClient(_home.Url, time);
        await client.Sessions.Get(_id, default);
        await _home.SuspendAsync();
        var write = client.Sessions.Put(_id, Some.Document(_id), exists: false, default);
        var delete = client.Sessions.Delete(_id, default);
        var read = Assert.ThrowsAsync<LegacyUnavailableException>(() => client.Sessions.Get(_id, default));
        time.Advance(legacy.Timeout - TimeSpan.FromMilliseconds(1));
        Assert.False(write.IsCompleted || delete.IsCompleted || read.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("timeout", Code(await write));
        Assert.Equal("timeout", Code(await delete));
        time.Advance(legacy.TotalTimeout - legacy.Timeout);
        await read;
        Assert.True(sessions.SendWithin + legacy.TotalTimeout < sessions.SendLease);
        await _home.ResumeAsync();

        // On a busy machine a request may not have left by then, which is known and said.
        static string Code(LegacyAnswer answer) => answer is LegacyAnswer.Failed failed ? failed.Code : Assert.IsType<LegacyAnswer.Unknown>(answer).Code;
    }
}
