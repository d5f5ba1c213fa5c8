using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Cluster.Tests.Sessions;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Cluster.Tests.Shadow;

public sealed class ShadowReadTests(GaiaCluster cluster) : SessionTestBase(cluster)
{
    private long Epoch => Cluster.Rollout.State.Epoch;

    private Task<ShadowVerdict> Shadow(long version = 1) => Cluster.Session(Id).Shadow(Epoch, version);

    private async Task<IReadOnlyList<ValidationError>> Found() => [.. (await Cluster.Invalid()).Where(e => e.SessionId == Id)];

    private string Plant(string json)
    {
        Cluster.Legacy.Side.Seed(Id, json);
        return json;
    }

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await Cluster.Create(Id, """{"status":"idle","metadata":{"a":1}}""");
    }

    [Fact]
    public async Task Sides_that_agree_are_equal_after_one_read()
    {
        var before = Cluster.Legacy.Reads(Id);
        Assert.Equal(ShadowVerdict.Equal, await Shadow());
        Assert.Equal((1, 1), (Cluster.Legacy.Reads(Id) - before, Cluster.Store.Commits(Id)));
        Assert.Empty(await Found());
    }

    [Fact]
    public async Task A_difference_is_read_twice_and_reported_once_with_its_rule_and_both_values()
    {
        var document = Cluster.Legacy.Side.Peek(Id)!;
        Plant(document.Replace("\"idle\"", "\"busy\"", StringComparison.Ordinal));
        var before = Cluster.Legacy.Reads(Id);
        Assert.Equal(ShadowVerdict.Different, await Shadow());
        Assert.Equal(2, Cluster.Legacy.Reads(Id) - before);
        for (var i = 0; i < 5; i++) Assert.Equal(ShadowVerdict.Different, await Shadow());
        Assert.Equal(new(Id, "status", "enum", "\"busy\"", "\"idle\"", 1, ValidationError.Shadow), Assert.Single(await Found()));
        // Only looked at: neither side was changed.
        Assert.Equal(1, (await Cluster.Row(Id)).Version);
        Assert.Equal("\"busy\"", Some.Field(Cluster.Legacy.Side.Peek(Id), "status"));
    }

    [Fact]
    public async Task A_difference_that_is_mended_is_closed_by_the_next_look()
    {
        var document = Cluster.Legacy.Side.Peek(Id)!;
        Plant(document.Replace("\"idle\"", "\"busy\"", StringComparison.Ordinal));
        Assert.Equal(ShadowVerdict.Different, await Shadow());
        Assert.Single(await Found());
        Plant(document);
        Assert.Equal(ShadowVerdict.Equal, await Shadow());
        Assert.Empty(await Found());
        // The same difference once more is a new one, and not one that was reported a moment ago.
        Plant(document.Replace("\"idle\"", "\"busy\"", StringComparison.Ordinal));
        Assert.Equal(ShadowVerdict.Different, await Shadow());
        Assert.Single(await Found());
    }

    [Fact]
    public async Task A_session_that_legacy_lost_is_a_difference()
    {
        Cluster.Legacy.Side.Remove(Id);
        Assert.Equal(ShadowVerdict.Different, await Shadow());
        Assert.Equal(("$", null, "\"present\""), Assert.Single(await Found()) is var e ? (e.Field, e.PythonValue, e.GoValue) : default);
    }

    [Fact]
    public async Task A_spelling_that_a_rule_excuses_is_no_difference()
    {
        var document = Cluster.Legacy.Side.Peek(Id)!;
        Plant(document.Replace("\"idle\"", "\"SessionStatus.IDLE\"", StringComparison.Ordinal));
        Assert.Equal(ShadowVerdict.Equal, await Shadow());
        Assert.Empty(await Found());
    }

    [Fact]
    public async Task A_field_about_which_legacy_does_not_agree_with_itself_is_no_difference()
    {
        var document = Cluster.Legacy.Side.Peek(Id)!;
        var reads = 0;
        Cluster.Legacy.Showing = (id, read) => id != Id ? read : Cluster.Legacy.Side.Understand(id, Some.Utf8(
            document.Replace("{\"a\":1}", $"{{\"a\":1,\"uptime\":{++reads}}}", StringComparison.Ordinal).Replace("\"idle\"", "\"busy\"", StringComparison.Ordinal)));
        Assert.Equal(ShadowVerdict.Different, await Shadow());
        Assert.Equal("status", Assert.Single(await Found()).Field);
    }

    [Fact]
    public async Task Noise_alone_is_equal()
    {
        var document = Cluster.Legacy.Side.Peek(Id)!;
        var reads = 0;
        Cluster.Legacy.Showing = (id, read) => id != Id ? read
            : Cluster.Legacy.Side.Understand(id, Some.Utf8(document.Replace("{\"a\":1}", $"{{\"a\":{++reads + 10}}}", StringComparison.Ordinal)));
        Assert.Equal(ShadowVerdict.Equal, await Shadow());
        Assert.Empty(await Found());
    }

    [Fact]
    public async Task A_difference_that_is_gone_at_the_second_look_is_none()
    {
        var document = Cluster.Legacy.Side.Peek(Id)!;
        var reads = 0;
        Cluster.Legacy.Showing = (id, read) => id != Id || ++reads > 1 ? read
            : Cluster.Legacy.Side.Understand(id, Some.Utf8(document.Replace("\"idle\"", "\"busy\"", StringComparison.Ordinal)));
        Assert.Equal(ShadowVerdict.Equal, await Shadow());
        Assert.Equal(2, reads);
        Assert.Empty(await Found());
    }

    [Fact]
    public async Task A_change_meanwhile_is_not_held_up_and_makes_the_look_void()
    {
        var hold = Cluster.Legacy.HoldReads(Id);
        var looking = Shadow();
        await Eventually.Comes(hold.Arrived, "the read");
        var outcome = await Eventually.Comes(Cluster.Merge(Id, """{"status":"busy"}"""), "the write beside it");
        Assert.Equal((2, DualWriteOutcome.Success), (outcome.Version, outcome.DualWrite));
        Cluster.Legacy.Showing = (_, _) => Cluster.Legacy.Side.Understand(Id, Some.Utf8("""{"status":"failed"}"""));
        hold.Release();
        Assert.Equal(ShadowVerdict.Moved, await looking);
        Assert.Empty(await Found());
    }

    [Fact]
    public async Task What_the_client_saw_is_over_when_the_session_has_another_version()
    {
        await Cluster.Merge(Id, """{"status":"busy"}""");
        var before = Cluster.Legacy.Reads(Id);
        Assert.Equal(ShadowVerdict.Moved, await Shadow());
        Assert.Equal(ShadowVerdict.Moved, await Cluster.Session(Id).Shadow(Epoch - 1, 2));
        Assert.Equal(before, Cluster.Legacy.Reads(Id));
        Assert.Equal(ShadowVerdict.Equal, await Shadow(2));
    }

    [Fact]
    public async Task What_is_on_its_way_is_no_difference()
    {
        Cluster.Legacy.Answer(Id, Some.Refused, times: 1_000);
        await Cluster.Merge(Id, """{"status":"busy"}""");
        Assert.Equal(ShadowVerdict.Moved, await Shadow(2));
        Assert.Empty(await Found());
    }

    [Fact]
    public async Task What_legacy_refuses_is_known_already()
    {
        Cluster.Legacy.Answer(Id, Some.Rejected, times: 1_000);
        await Cluster.Merge(Id, """{"status":"busy"}""");
        Assert.Equal(ShadowVerdict.Moved, await Shadow(2));
        Assert.Empty(await Found());
    }

    [Fact]
    public async Task Where_clients_may_change_legacy_past_the_session_nothing_is_compared()
    {
        Plant("""{"status":"failed"}""");
        await Cluster.Put(s => s with { DualWrite = s.DualWrite with { Closing = true } });
        Assert.Equal(ShadowVerdict.Moved, await Shadow());
        await Cluster.Put(s => s with { DualWrite = s.DualWrite with { Enabled = false, Closing = false } });
        Assert.Equal(ShadowVerdict.Moved, await Shadow());
        await Cluster.Put(s => s with { DualWrite = s.DualWrite with { Enabled = true }, Generation = s.Generation + 1 });
        Assert.Equal(ShadowVerdict.Moved, await Shadow());
        await Cluster.Put(s => s with { Phase = RolloutPhase.Completed });
        Assert.Equal(ShadowVerdict.Moved, await Shadow());
        Assert.Empty(await Found());
    }

    [Fact]
    public async Task An_activation_that_was_overtaken_accuses_nobody()
    {
        Plant(Cluster.Legacy.Side.Peek(Id)!.Replace("\"idle\"", "\"busy\"", StringComparison.Ordinal));
        var row = await Cluster.Row(Id);
        await Cluster.Rows.Commit(new(row with { Version = 2, LegacyVersion = 2, CommitId = Guid.CreateVersion7() }, row.CommitId, 1, Cluster.Rollout.State.Generation, null, null), CancellationToken.None);
        Assert.Equal(ShadowVerdict.Moved, await Shadow());
        Assert.Empty(await Found());
    }

    [Theory]
    [InlineData("open")]
    [InlineData("half_open")]
    public async Task While_the_circuit_is_not_closed_legacy_is_not_asked(string circuit)
    {
        Cluster.Legacy.Circuit = circuit;
        var before = Cluster.Legacy.Reads(Id);
        Assert.Equal(ShadowVerdict.Refused, await Shadow());
        Assert.Equal(before, Cluster.Legacy.Reads(Id));
    }

    [Fact]
    public async Task Silence_of_legacy_is_no_difference()
    {
        Cluster.Legacy.Down = true;
        Assert.Equal(ShadowVerdict.Failed, await Shadow());
        Assert.Empty(await Found());
    }

    [Fact]
    public async Task Writers_and_shadows_at_once_find_no_difference()
    {
        var verdicts = new System.Collections.Concurrent.ConcurrentBag<ShadowVerdict>();
        using var over = new CancellationTokenSource();
        var looks = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!over.IsCancellationRequested) verdicts.Add(await Shadow((await Cluster.Session(Id).Read()).Version));
        })).ToList();
        for (var i = 0; i < 300; i++) await Cluster.Merge(Id, $$"""{"current_task_count":{{i}}}""");
        await over.CancelAsync();
        await Task.WhenAll(looks);
        Assert.DoesNotContain(ShadowVerdict.Different, verdicts);
        Assert.Contains(ShadowVerdict.Equal, verdicts);
        Assert.Empty(await Found());
    }
}
