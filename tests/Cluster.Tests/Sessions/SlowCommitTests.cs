using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Cluster.Tests.Sessions;

/// <summary>A commit that took so long that its lease would not outlast what is sent under it: whoever comes next might send at the same time.</summary>
public sealed class SlowCommitTests(GaiaCluster cluster) : SessionTestBase(cluster)
{
    private readonly TimeSpan _usual = cluster.SessionOptions.SendWithin;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Cluster.Legacy.OthersWrite = false;
        await Cluster.Create(Id, """{"status":"idle"}""");
    }

    public override Task DisposeAsync()
    {
        Hurry();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task The_change_is_acknowledged_and_sent_by_repair()
    {
        Dawdle();
        var commits = Cluster.Store.Commits(Id);
        var outcome = await Cluster.Merge(Id, """{"status":"busy"}""");
        Assert.Equal((200, DualWriteOutcome.Partial), (outcome.Status, outcome.DualWrite));
        Assert.False(await Cluster.Session(Id).Repair());
        Assert.Equal(("\"busy\"", "\"idle\""), await Cluster.Both(Id));
        Assert.Equal(3, Cluster.Store.Commits(Id) - commits);
        Assert.Single(Cluster.Legacy.Sent(Id));

        Hurry();
        Assert.True(await Cluster.Session(Id).Repair());
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
    }

    [Fact]
    public async Task A_lease_that_is_taken_anew_in_time_lets_it_be_sent_at_once()
    {
        Dawdle();
        var commits = 0;
        Cluster.Store.Fail(Id, () =>
        {
            if (++commits == 2) Hurry();
            return null;
        });
        Assert.Equal(DualWriteOutcome.Success, (await Cluster.Merge(Id, """{"status":"busy"}""")).DualWrite);
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
    }

    [Fact]
    public async Task A_lease_that_cannot_be_taken_anew_takes_nothing_from_the_acknowledgement()
    {
        Dawdle();
        var commits = 0;
        Cluster.Store.Fail(Id, () => ++commits == 2 ? new StorageUnavailableException("gone after the change") : null);
        Cluster.Counted();
        Assert.Equal((200, DualWriteOutcome.Partial), await Cluster.Merge(Id, """{"status":"busy"}""") is var o ? (o.Status, o.DualWrite) : default);
        // One write of a client's, and neither the lease nor a repair is another.
        Cluster.Store.Fail(Id, () => new StorageUnavailableException("still gone"));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => Cluster.Session(Id).Repair());
        Assert.Equal((0, 1, 0), Cluster.Counted());
        Cluster.Store.Fail(Id, () => null);
        Hurry();
        Assert.Equal(("\"busy\"", "\"idle\""), await Cluster.Both(Id));
        Assert.True((await Cluster.Row(Id)).Pending);
    }

    [Fact]
    public async Task What_was_found_gone_too_late_is_not_created_anew()
    {
        var (write, sent) = await MergeThatFindsItGone();
        Assert.Equal(DualWriteOutcome.Partial, (await write).DualWrite);
        Assert.Equal(sent, Cluster.Legacy.Sent(Id).Count);
        Hurry();
        Assert.True(await Cluster.Session(Id).Repair());
    }

    [Fact]
    public async Task It_is_created_anew_by_the_next_attempt_however_long_that_takes()
    {
        var (write, _) = await MergeThatFindsItGone();
        await write;
        Cluster.Legacy.Side.Remove(Id);
        CommitsAreNeverSlow();
        var hold = Cluster.Legacy.HoldSends(Id);
        var repair = Cluster.Session(Id).Repair();
        await Eventually.Comes(hold.Arrived, "the next attempt");
        Dawdle();
        hold.Release();
        Assert.True(await repair);
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
    }

    [Fact]
    public async Task What_legacy_is_to_decide_is_not_sent_and_settled_by_the_next_attempt()
    {
        await Cluster.DualWrite(DualWriteMode.PythonLeads);
        Dawdle();
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => Cluster.Merge(Id, """{"status":"busy"}""", key: "k"));
        Assert.Single(Cluster.Legacy.Sent(Id));
        Hurry();
        Assert.True((await Cluster.Merge(Id, """{"status":"busy"}""", key: "k")).Replayed);
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
        Assert.Equal(2, Cluster.Legacy.Sent(Id).Count);
    }

    [Fact]
    public async Task What_legacy_finds_gone_too_late_has_not_happened()
    {
        await Cluster.DualWrite(DualWriteMode.PythonLeads);
        var (write, sent) = await MergeThatFindsItGone();
        await Assert.ThrowsAsync<LeadUnavailableException>(() => write);
        Hurry();
        Assert.Equal(("\"idle\"", "\"idle\""), await Cluster.Both(Id));
        Assert.Equal(sent, Cluster.Legacy.Sent(Id).Count);
    }

    [Fact]
    public async Task Of_a_legacy_that_took_too_long_to_show_what_it_has_nothing_is_overwritten()
    {
        Cluster.Legacy.OthersWrite = true;
        var hold = Cluster.Legacy.HoldReads(Id);
        var write = Cluster.Merge(Id, """{"status":"busy"}""");
        await Eventually.Comes(hold.Arrived, "the look before the send");
        Dawdle();
        hold.Release();
        Assert.Equal(DualWriteOutcome.Partial, (await write).DualWrite);
        Assert.Single(Cluster.Legacy.Sent(Id));
    }

    [Fact]
    public async Task What_an_operator_forces_is_pending()
    {
        Cluster.Legacy.Answer(Id, Some.Refused);
        await Cluster.Merge(Id, """{"status":"busy"}""");
        var sent = Cluster.Legacy.Sent(Id).Count;
        Dawdle();
        Assert.Equal(SessionSettlement.Pending, (await Cluster.Session(Id).Sync(Side.Go, Some.Caller("ours"))).Status);
        Assert.Equal(sent, Cluster.Legacy.Sent(Id).Count);
        Hurry();
        Assert.True(await Cluster.Session(Id).Repair());
    }

    [Fact]
    public async Task What_met_a_change_of_others_is_pending()
    {
        await Cluster.Put(s => s with { ConflictStrategy = ConflictStrategy.GoLeads });
        Cluster.Legacy.Answer(Id, Some.Refused);
        await Cluster.Merge(Id, """{"status":"busy"}""");
        Cluster.Legacy.OthersWrite = true;
        Cluster.Legacy.Side.Seed(Id, Cluster.Legacy.Side.Peek(Id)!.Replace("idle", "paused", StringComparison.Ordinal));
        var sent = Cluster.Legacy.Sent(Id).Count;
        Dawdle();
        Assert.False(await Cluster.Session(Id).Repair());
        Assert.Equal(("\"busy\"", "\"paused\""), await Cluster.Both(Id));
        Assert.Equal(sent, Cluster.Legacy.Sent(Id).Count);
        Hurry();
        Assert.True(await Cluster.Session(Id).Repair());
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
    }

    /// <summary>A delete that was not answered may be carried out when the session is there again: that it is gone then is nobody else's doing.</summary>
    /// <returns>The change, and how often was sent with it.</returns>
    private async Task<(Task<WriteOutcome> Write, int Sent)> MergeThatFindsItGone()
    {
        Cluster.Legacy.Answer(Id, Some.Lost);
        await Record.ExceptionAsync(() => Cluster.Delete(Id));
        await Cluster.Create(Id, """{"status":"idle"}""");
        var hold = Cluster.Legacy.HoldSends(Id);
        var write = Cluster.Merge(Id, """{"status":"busy"}""");
        await Eventually.Comes(hold.Arrived, "the send");
        Cluster.Legacy.Answer(Id, new LegacyAnswer.Gone());
        Dawdle();
        var sent = Cluster.Legacy.Sent(Id).Count;
        hold.Release();
        return (write, sent);
    }

    /// <summary>From now on every commit takes longer than it may.</summary>
    private void Dawdle() => Cluster.SessionOptions.SendWithin = TimeSpan.FromTicks(-1);

    private void Hurry() => Cluster.SessionOptions.SendWithin = _usual;
}
