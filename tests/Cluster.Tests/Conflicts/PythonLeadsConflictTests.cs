using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Cluster.Tests.Conflicts;

/// <summary>Where legacy leads, a change builds on what legacy has.</summary>
public sealed class PythonLeadsConflictTests(GaiaCluster cluster) : ConflictTestBase(cluster, DualWriteMode.PythonLeads)
{
    [Fact]
    public async Task A_change_is_applied_to_what_others_wrote()
    {
        await Cluster.Create(Id, """{"status":"idle"}""");
        WriteDirectly("user_id", "\"theirs\"");
        var outcome = await Cluster.Merge(Id, """{"status":"busy"}""");
        Assert.Equal((DualWriteOutcome.Success, 3), (outcome.DualWrite, outcome.Version));
        Assert.Equal(("\"theirs\"", "\"theirs\""), await Cluster.Both(Id, "user_id"));
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
        Assert.Empty(await Log());
    }

    [Fact]
    public async Task An_expected_version_does_not_survive_their_change()
    {
        await Cluster.Create(Id, """{"status":"idle"}""");
        WriteDirectly("user_id", "\"theirs\"");
        await Assert.ThrowsAsync<VersionMismatchException>(() => Cluster.Merge(Id, """{"status":"busy"}""", expected: 1));
        Assert.Equal(("\"idle\"", "\"idle\""), await Cluster.Both(Id));
    }

    [Fact]
    public async Task What_they_deleted_is_unknown()
    {
        await Cluster.Create(Id, """{"status":"idle"}""");
        Cluster.Legacy.Side.Remove(Id);
        await Assert.ThrowsAsync<UnknownSessionException>(() => Cluster.Merge(Id, """{"status":"busy"}"""));
        Assert.Equal((null, null), await Cluster.Both(Id));
    }

    [Theory]
    [InlineData(ConflictStrategy.GoLeads, "\"busy\"")]
    [InlineData(ConflictStrategy.PythonLeads, "\"paused\"")]
    public async Task An_unknown_outcome_that_their_change_overtook_is_settled_by_strategy_and_its_key_remembered(ConflictStrategy strategy, string expected)
    {
        await Strategy(strategy);
        await Cluster.Create(Id, """{"status":"idle"}""");
        Cluster.Legacy.Answer(Id, Some.Lost, applied: true);
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => Cluster.Merge(Id, """{"status":"busy"}""", key: "k"));
        WriteDirectly("status", "\"paused\"");
        Assert.True(await Cluster.Session(Id).Repair());
        Assert.Equal((expected, expected), await Cluster.Both(Id));
        Assert.True((await Cluster.Merge(Id, """{"status":"busy"}""", key: "k")).Replayed);
        Assert.Equal((expected, expected), await Cluster.Both(Id));
        Assert.True((await Log()).Count == 1 && (await Log())[0].Resolved);
    }

    /// <summary>The change was an intent when both sides agreed last.</summary>
    [Fact]
    public async Task Another_spelling_of_what_was_there_before_a_change_that_legacy_refused_is_nobodys_change()
    {
        await Strategy(ConflictStrategy.PythonLeads);
        await Cluster.Create(Id, """{"last_heartbeat":"2026-01-31T12:00:00.123456Z"}""");
        Cluster.Legacy.Answer(Id, Some.Lost, applied: false);
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => Cluster.Merge(Id, """{"user_id":"ours"}"""));
        Cluster.Legacy.Answer(Id, new LegacyAnswer.Rejected(422, "not today"));
        await Cluster.Session(Id).Repair();
        WriteDirectly("last_heartbeat", "\"2026-01-31T12:00:00.123\"");
        await Cluster.Merge(Id, """{"lesson_id":"l"}""");
        Assert.Equal(("\"ours\"", "\"ours\""), await Cluster.Both(Id, "user_id"));
        Assert.Equal(["$"], (await Log()).Select(line => line.Field));
    }

    [Fact]
    public async Task Without_direct_writers_a_session_gone_from_legacy_is_told_and_the_next_attempt_sees_it()
    {
        Cluster.Legacy.OthersWrite = false;
        await Cluster.Create(Id, """{"status":"idle"}""");
        Cluster.Legacy.Side.Remove(Id);
        await Assert.ThrowsAsync<LeadUnavailableException>(() => Cluster.Merge(Id, """{"status":"busy"}"""));
        await Assert.ThrowsAsync<UnknownSessionException>(() => Cluster.Merge(Id, """{"status":"busy"}"""));
        Assert.True((await Cluster.Row(Id)) is { PendingSince: null, NextAttemptAt: null });
        Assert.Equal(201, (await Cluster.Replace(Id, """{"status":"busy"}""")).Status);
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
    }

    /// <summary>What legacy lacks of the session meets the deletion; the change itself, which legacy has not taken, has not happened, and is not called a success.</summary>
    [Theory]
    [InlineData(ConflictStrategy.GoLeads, "\"ours\"")]
    [InlineData(ConflictStrategy.PythonLeads, null)]
    [InlineData(ConflictStrategy.Manual, null)]
    public async Task A_change_of_a_session_that_was_deleted_there_while_it_lacked_another_is_told(ConflictStrategy strategy, string? left)
    {
        Cluster.Legacy.OthersWrite = false;
        await Strategy(strategy);
        await Cluster.Create(Id, """{"status":"idle"}""");
        Cluster.Legacy.Answer(Id, Some.Lost, applied: false);
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => Cluster.Merge(Id, """{"user_id":"ours"}"""));
        Cluster.Legacy.Answer(Id, new LegacyAnswer.Rejected(422, "not today"));
        await Cluster.Session(Id).Repair();
        Assert.True((await Cluster.Row(Id)).Behind);
        Cluster.Legacy.Side.Remove(Id);
        await Assert.ThrowsAsync<LeadUnavailableException>(() => Cluster.Merge(Id, """{"status":"busy"}""", key: "k"));
        Assert.Equal(left, (await Cluster.Both(Id, "user_id")).Python);
        Assert.NotEqual("\"busy\"", (await Cluster.Both(Id)).Go);
        Assert.Contains("ours", Assert.Single(await Log(), line => line.Field == "$").GoValue, StringComparison.Ordinal);
        // Said again it is decided by what there is now.
        if (strategy == ConflictStrategy.GoLeads) Assert.False((await Cluster.Merge(Id, """{"status":"busy"}""", key: "k")).Replayed);
        else if (strategy == ConflictStrategy.PythonLeads) await Assert.ThrowsAsync<UnknownSessionException>(() => Cluster.Merge(Id, """{"status":"busy"}""", key: "k"));
        else await Assert.ThrowsAsync<LeadUnavailableException>(() => Cluster.Merge(Id, """{"status":"busy"}""", key: "k"));
    }
}
