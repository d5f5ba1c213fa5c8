using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Cluster.Tests.Runs;

/// <summary>What others do on legacy arrives here by itself.</summary>
public sealed class ReconcileRunTests : RunTestBase
{
    [Fact]
    public async Task Updates_and_new_sessions_are_picked_up_and_it_says_how_far_it_has_seen()
    {
        await Migrated(120);
        await Cluster.Reconcile.Start(new());
        Cluster.Legacy.Side.Seed(SessionId(5), $$"""{"id":"{{SessionId(5)}}","status":"busy"}""");
        Cluster.Legacy.Side.Seed("s-new", """{"status":"active"}""");
        await Eventually.Holds(async () => (await Cluster.Both(SessionId(5))).Go == "\"busy\"" && (await Cluster.Both("s-new")).Go == "\"active\"", "both were picked up");
        await Eventually.Holds(async () => (await Cluster.Reconcile.Status()) is { Passes: > 1, SeenUntil: not null }, "a walk is complete");
        Assert.Equal((RunState.Running, 2), await Cluster.Reconcile.Status() is var s ? (s.State, s.Repaired) : default);
        await Cluster.Reconcile.Cancel();
    }

    [Fact]
    public async Task A_deletion_is_believed_when_it_has_lasted()
    {
        await Migrated(120);
        await Cluster.Reconcile.Start(new());
        Cluster.Legacy.Side.Remove(SessionId(7));
        await Eventually.Holds(async () => (await Cluster.Both(SessionId(7))).Go is null, "the deletion was picked up");
        Assert.Equal(119, (await Cluster.Rows.Count(CancellationToken.None)).Live);
        await Cluster.Reconcile.Cancel();
    }

    [Fact]
    public async Task Many_deletions_at_once_wait_for_an_operator()
    {
        await Migrated(120);
        await Cluster.Reconcile.Start(new());
        for (var i = 0; i < 30; i++) Cluster.Legacy.Side.Remove(SessionId(i));
        var held = await Ends(Cluster.Reconcile, RunState.Paused);
        Assert.Equal(30, held.Held);
        Assert.Contains("30 of 120", held.Reason, StringComparison.Ordinal);
        Assert.Equal(120, (await Cluster.Rows.Count(CancellationToken.None)).Live);
        await Cluster.Reconcile.Resume();
        await Eventually.Holds(async () => (await Cluster.Rows.Count(CancellationToken.None)).Live == 90, "they are deleted with consent");
        await Cluster.Reconcile.Cancel();
    }

    /// <summary>Consent is for what was shown, and not for the next outage.</summary>
    [Fact]
    public async Task Consent_to_deletions_ends_when_all_are_back()
    {
        await Migrated(120);
        await Cluster.Reconcile.Start(new());
        for (var i = 0; i < 30; i++) Cluster.Legacy.Side.Remove(SessionId(i));
        await Ends(Cluster.Reconcile, RunState.Paused);
        Seed(120);
        await Cluster.Reconcile.Resume();
        await Eventually.Holds(async () => (await Cluster.Reconcile.Status()).Consented == 0, "all are back");
        for (var i = 0; i < 25; i++) Cluster.Legacy.Side.Remove(SessionId(i));
        Assert.Equal(25, (await Ends(Cluster.Reconcile, RunState.Paused)).Held);
        Assert.Equal(120, (await Cluster.Rows.Count(CancellationToken.None)).Live);
        await Cluster.Reconcile.Cancel();
    }

    [Fact]
    public async Task How_far_it_has_seen_stands_still_while_a_session_cannot_be_looked_at()
    {
        await Migrated(120);
        Cluster.Legacy.Side.Seed(SessionId(5), "{ no JSON");
        await Cluster.Reconcile.Start(new());
        await Eventually.Holds(async () => (await Cluster.Reconcile.Status()).Passes > 2, "it has walked");
        Assert.Equal((null, 1), await Cluster.Reconcile.Status() is var s ? (s.SeenUntil, s.Failed) : default);
        Assert.Single(Cluster.Rows.Errors, e => e.SessionId == SessionId(5));
        Cluster.Legacy.Side.Seed(SessionId(5), $$"""{"id":"{{SessionId(5)}}","status":"busy"}""");
        await Eventually.Holds(async () => (await Cluster.Reconcile.Status()).SeenUntil is not null, "it is seen");
        var seen = (await Cluster.Reconcile.Status()).SeenUntil;
        await Eventually.Holds(async () => (await Cluster.Reconcile.Status()).SeenUntil > seen, "it goes on");
        await Cluster.Reconcile.Cancel();
    }

    /// <summary>The guide's way back turns dual-write off: what GAIA_HOME is written meanwhile is not looked into, and afterwards nobody has to remember the run.</summary>
    [Fact]
    public async Task While_dual_write_is_off_it_stands_still_and_then_goes_on_by_itself()
    {
        await Migrated(20);
        await Cluster.Reconcile.Start(new());
        await Eventually.Holds(async () => (await Cluster.Reconcile.Status()).Passes > 0, "it has walked");
        await Cluster.Put(s => s with { DualWrite = s.DualWrite with { Enabled = false } });
        Cluster.Legacy.Side.Seed(SessionId(5), $$"""{"id":"{{SessionId(5)}}","status":"busy"}""");
        await Eventually.Holds(
            async () => await Cluster.Reconcile.Status() is { State: RunState.Running, Reason: { } why } && why.StartsWith("dual-write is off", StringComparison.Ordinal), "it holds");
        Assert.Equal("\"idle\"", (await Cluster.Both(SessionId(5))).Go);
        await Cluster.Put(s => s with { DualWrite = s.DualWrite with { Enabled = true } });
        await Eventually.Holds(async () => (await Cluster.Both(SessionId(5))).Go == "\"busy\"", "it was picked up");
        await Cluster.Reconcile.Cancel();
    }

    /// <summary>GAIA_HOME has taken it, and answers 500 for it whenever it is asked.</summary>
    [Fact]
    public async Task A_session_of_which_nobody_knows_what_became_holds_up_no_other()
    {
        await Migrated(20);
        await Cluster.Put(s => s with { DualWrite = s.DualWrite with { Mode = DualWriteMode.PythonLeads } });
        Cluster.Legacy.Answer("s-odd", Some.Lost, applied: true, times: 10_000);
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => Cluster.Create("s-odd", "{}"));
        await Cluster.Reconcile.Start(new());
        Cluster.Legacy.Side.Seed(SessionId(5), $$"""{"id":"{{SessionId(5)}}","status":"busy"}""");
        await Eventually.Holds(async () => (await Cluster.Both(SessionId(5))).Go == "\"busy\"", "another was picked up");
        await Eventually.Holds(async () => (await Cluster.Reconcile.Status()).Passes > 1, "it has walked");
        Assert.Null((await Cluster.Reconcile.Status()).SeenUntil);
        await Cluster.Reconcile.Cancel();
    }

    [Fact]
    public async Task A_dry_run_says_what_it_would_look_into_and_changes_nothing()
    {
        await Migrated(120);
        Cluster.Legacy.Side.Seed(SessionId(5), $$"""{"id":"{{SessionId(5)}}","status":"busy"}""");
        Cluster.Legacy.Side.Remove(SessionId(7));
        await Cluster.Reconcile.Start(new(DryRun: true));
        await Eventually.Holds(async () => (await Cluster.Reconcile.Status()).Passes > 2, "it has walked");
        Assert.Equal((2, 0), await Cluster.Reconcile.Status() is var s ? (s.Mismatched, s.Repaired) : default);
        Assert.Equal(("\"idle\"", "\"idle\""), ((await Cluster.Both(SessionId(5))).Go, (await Cluster.Both(SessionId(7))).Go));
        await Cluster.Reconcile.Cancel();
    }

    /// <summary>A legacy that comes up again and shows little for a while: each session is asked for, a portion at a time, and none is gone.</summary>
    [Fact]
    public async Task What_the_list_lacks_and_legacy_has_is_asked_for_in_portions_and_stays()
    {
        await Migrated(2_300);
        Cluster.Legacy.ListsNothing = true;
        await Cluster.Reconcile.Start(new(RatePerSecond: 100_000));
        await Eventually.Holds(async () => (await Cluster.Reconcile.Status()).Passes > 0, "it has walked");
        Assert.Equal(1, Cluster.Legacy.Reads(SessionId(2_299)));
        Assert.Equal(2_300, (await Cluster.Rows.Count(CancellationToken.None)).Live);
        await Cluster.Reconcile.Cancel();
    }

    [Fact]
    public async Task A_change_of_ours_that_is_on_its_way_is_not_overtaken()
    {
        await Migrated(20);
        Cluster.Legacy.Answer(SessionId(1), Some.Refused, times: 50);
        await Cluster.Merge(SessionId(1), """{"status":"busy"}""");
        await Cluster.Reconcile.Start(new());
        await Eventually.Holds(async () => (await Cluster.Reconcile.Status()).Passes > 2, "it has walked");
        Assert.Equal("\"busy\"", (await Cluster.Both(SessionId(1))).Go);
        await Cluster.Reconcile.Cancel();
    }

    [Fact]
    public async Task From_cutover_on_it_overwrites_what_others_write_there()
    {
        await Migrated(20);
        await Cluster.Put(s => s with { Phase = RolloutPhase.Cutover, GoPercentage = 100 });
        await Cluster.Reconcile.Start(new());
        Cluster.Legacy.Side.Seed(SessionId(5), $$"""{"id":"{{SessionId(5)}}","status":"busy"}""");
        await Eventually.Holds(async () => (await Cluster.Both(SessionId(5))) == ("\"idle\"", "\"idle\""), "drift is overwritten");
        var logged = await Cluster.Rows.Conflicts(10, null, CancellationToken.None);
        Assert.NotEmpty(logged);
        Assert.All(logged, c => Assert.Equal("drift", c.Strategy));
        await Cluster.Reconcile.Cancel();
    }
}
