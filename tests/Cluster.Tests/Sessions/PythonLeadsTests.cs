using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Cluster.Tests.Sessions;

public sealed class PythonLeadsTests(GaiaCluster cluster) : SessionTestBase(cluster, DualWriteMode.PythonLeads)
{
    [Fact]
    public async Task A_change_is_on_both_sides_when_it_is_answered()
    {
        var outcome = await Cluster.Create(Id, """{"status":"idle"}""");
        Assert.Equal((201, 1, DualWriteOutcome.Success, Side.Python), (outcome.Status, outcome.Version, outcome.DualWrite, outcome.Lead));
        await Cluster.Merge(Id, """{"status":"busy"}""");
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
        await Cluster.Delete(Id);
        Assert.Equal((null, null), await Cluster.Both(Id));
        Assert.Equal((3, 3), (Cluster.Legacy.Sent(Id).Count, Cluster.Legacy.Side.Applied(Id)));
    }

    /// <summary>That nothing took effect is true of another change; of the one whose attempt stands nobody knows it.</summary>
    [Fact]
    public async Task A_repetition_is_not_told_that_nothing_happened_while_its_first_attempt_stands()
    {
        await Cluster.Create(Id, """{"status":"idle"}""");
        Cluster.Legacy.Answer(Id, Some.Lost);
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => Cluster.Merge(Id, """{"status":"busy"}""", key: "k"));
        Cluster.Legacy.Answer(Id, Some.Refused, times: 2);
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => Cluster.Merge(Id, """{"status":"busy"}""", key: "k"));
        await Assert.ThrowsAsync<LeadUnavailableException>(() => Cluster.Merge(Id, """{"tier":"manager"}""", key: "another"));
        Assert.True((await Cluster.Merge(Id, """{"status":"busy"}""", key: "k")).Replayed);
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
    }

    /// <summary>The session remembers a hundred keys by itself.</summary>
    [Fact]
    public async Task A_repetition_under_a_key_that_the_session_has_forgotten_is_not_sent_again()
    {
        await Cluster.Create(Id, """{"status":"idle"}""", key: "first");
        for (var i = 0; i < 101; i++) await Cluster.Merge(Id, $$"""{"current_task_count":{{i}}}""", key: $"k{i}");
        var sent = Cluster.Legacy.Sent(Id).Count;
        Assert.True((await Cluster.Merge(Id, """{"current_task_count":0}""", key: "k0")).Replayed);
        Assert.Equal(sent, Cluster.Legacy.Sent(Id).Count);
    }

    [Fact]
    public async Task The_intent_is_durable_before_the_first_byte_leaves()
    {
        await Cluster.Create(Id, """{"status":"idle"}""");
        var hold = Cluster.Legacy.HoldSends(Id);
        var write = Cluster.Merge(Id, """{"status":"busy"}""", key: "k");
        await Eventually.Comes(hold.Arrived, "the send");
        var row = await Cluster.Row(Id);
        Assert.Equal((1, "\"idle\"", "\"busy\"", "k"), (row.Version, Some.Field(row.Document!.Utf8, "status"), Some.Field(row.Intent!.Document!.Utf8, "status"), row.Intent.Key));
        Assert.Equal("\"idle\"", Some.Field((await Cluster.Session(Id).Read()).Body, "status"));
        hold.Release();
        Assert.Equal(2, (await write).Version);
        Assert.Null((await Cluster.Row(Id)).Intent);
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
    }

    /// <summary>Legacy shows the change before the client is told of it. Whoever saw it there and asks again must not get the state before it from here.</summary>
    [Fact]
    public async Task A_change_under_way_is_read_from_legacy_which_may_have_shown_it_already()
    {
        await Cluster.Create(Id, """{"status":"idle"}""");
        var hold = Cluster.Legacy.HoldSends(Id);
        var write = Cluster.Merge(Id, """{"status":"busy"}""");
        await Eventually.Comes(hold.Arrived, "the send");
        Assert.False((await Cluster.Session(Id).Read()).Pending);
        Assert.DoesNotContain(Id, (await Cluster.Rows.ListBehind(1_000, CancellationToken.None)).Select(r => r.Id));
        hold.Release();
        await write;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_definite_refusal_changes_nothing_anywhere(bool rejected)
    {
        await Cluster.Create(Id, """{"status":"idle"}""");
        Cluster.Legacy.Answer(Id, rejected ? Some.Rejected : Some.Refused);
        var failure = await Assert.ThrowsAsync<LeadUnavailableException>(() => Cluster.Merge(Id, """{"status":"busy"}""", key: "k"));
        Assert.Equal(Side.Python, failure.Side);
        var row = await Cluster.Row(Id);
        Assert.Equal((1, 1, null, false), (row.Version, row.LegacyVersion, row.Intent, row.Pending));
        Assert.Equal(("\"idle\"", "\"idle\""), await Cluster.Both(Id));
        Assert.Equal(0, (await Cluster.Lag()).Pending);
        Assert.Equal((2, false), await Cluster.Merge(Id, """{"status":"busy"}""", key: "k") is var o ? (o.Version, o.Replayed) : default);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task An_unknown_outcome_is_rolled_forward_by_repair(bool applied, bool forgotten)
    {
        await Cluster.Create(Id, """{"status":"idle"}""");
        Cluster.Counted();
        Cluster.Legacy.Answer(Id, Some.Lost, applied);
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => Cluster.Merge(Id, """{"status":"busy"}""", key: "k"));
        Assert.True((await Cluster.Row(Id)).Intent is not null);
        Assert.Equal(1, (await Cluster.Lag()).Pending);
        if (forgotten) await Cluster.Forget(Id);
        Assert.True(await Cluster.Session(Id).Repair());
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
        Assert.Equal((null, 2, 0), ((await Cluster.Row(Id)).Intent, (await Cluster.Row(Id)).Version, (await Cluster.Lag()).Pending));
        Assert.Equal((200, 2, true), await Cluster.Merge(Id, """{"status":"busy"}""", key: "k") is var o ? (o.Status, o.Version, o.Replayed) : default);
        // By its first attempt, which is what the gate and the alert of the success rate go by.
        Assert.Equal((0, 0, 1), Cluster.Counted());
    }

    [Fact]
    public async Task A_409_that_lasts_after_a_lost_answer_is_a_conflict_that_somebody_can_settle()
    {
        RefusalsLastAtOnce();
        await Cluster.Create(Id, """{"status":"idle"}""");
        Cluster.Legacy.Answer(Id, Some.Lost);
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => Cluster.Merge(Id, """{"status":"busy"}"""));
        Cluster.Legacy.Answer(Id, Some.Locked, times: 100);
        for (var sent = 1; sent < RefusedSends.Enough; sent++) await Assert.ThrowsAsync<LeadUnavailableException>(() => Cluster.Session(Id).Repair());
        await Cluster.Session(Id).Repair();
        Assert.True((await Cluster.Row(Id)) is { Intent: null, Version: 2, Pending: false, Rejected.Status: 409 });
        await Cluster.Session(Id).Sync(Side.Python, Some.Caller("tests"));
        Assert.Equal(("\"idle\"", "\"idle\""), await Cluster.Both(Id));
    }

    [Fact]
    public async Task An_unknown_delete_is_rolled_forward_by_the_next_change()
    {
        await Cluster.Create(Id, """{"status":"idle"}""");
        Cluster.Legacy.Answer(Id, Some.Lost);
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => Cluster.Delete(Id));
        await Assert.ThrowsAsync<UnknownSessionException>(() => Cluster.Merge(Id, "{}"));
        Assert.Equal((null, null), await Cluster.Both(Id));
    }

    [Fact]
    public async Task What_legacy_has_taken_is_not_called_undone_because_the_rollout_cannot_be_read()
    {
        await Cluster.Create(Id, """{"status":"idle"}""");
        var hold = Cluster.Legacy.HoldSends(Id);
        var write = Cluster.Merge(Id, """{"status":"busy"}""");
        await Eventually.Comes(hold.Arrived, "the send");
        Cluster.RolloutStore.OnRead = static () => new StorageUnavailableException("gone");
        var before = Cluster.Rollout.State;
        await Cluster.Write(before with { Epoch = before.Epoch + 1, FencedEpoch = before.Epoch + 1, Generation = before.Generation + 1 });
        hold.Release();
        var failure = await Record.ExceptionAsync(() => write);
        Cluster.RolloutStore.Heal();
        Assert.IsType<OutcomeUnknownException>(failure);
        await Cluster.Known();
        Assert.True(await Cluster.Session(Id).Repair());
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
    }

    [Fact]
    public async Task A_refused_repetition_says_nothing_about_a_send_that_may_have_arrived()
    {
        await Cluster.Create(Id, """{"status":"idle"}""");
        Cluster.Legacy.Answer(Id, Some.Lost, applied: true);
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => Cluster.Merge(Id, """{"status":"busy"}"""));
        Cluster.Legacy.Answer(Id, Some.Refused);
        await Record.ExceptionAsync(() => Cluster.Session(Id).Repair());
        Assert.True((await Cluster.Row(Id)).Intent is not null, "the first send reached legacy; withdrawing the intent makes the sides differ for good");
        Assert.True(await Cluster.Session(Id).Repair());
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
    }

    [Fact]
    public async Task A_refusal_leaves_an_older_change_that_legacy_lacks_pending()
    {
        await Cluster.DualWrite(DualWriteMode.GoLeads);
        Cluster.Legacy.Answer(Id, Some.Refused);
        await Cluster.Create(Id, """{"status":"idle"}""");
        await Cluster.DualWrite(DualWriteMode.PythonLeads);
        Cluster.Legacy.Answer(Id, Some.Refused);
        await Assert.ThrowsAsync<LeadUnavailableException>(() => Cluster.Merge(Id, """{"status":"busy"}"""));
        var row = await Cluster.Row(Id);
        Assert.True(row is { Pending: true, PendingSince: not null, NextAttemptAt: not null }, $"pending {row.Pending} since {row.PendingSince}, next attempt {row.NextAttemptAt}: nobody will repair it");
        Assert.Equal(1, (await Cluster.Lag()).Pending);
        Assert.True(await Cluster.Session(Id).Repair());
        Assert.Equal(("\"idle\"", "\"idle\""), await Cluster.Both(Id));
    }
}
