using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Postgres.Tests.Sessions;

public abstract partial class SessionStoreFacts
{
    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task An_acknowledgement_is_stored_and_gives_the_lease_back()
    {
        var sent = await Put(Some.Row("s-1").Pending() with { LeaseOwner = "silo-1" }, lease: TimeSpan.FromMinutes(1));
        var acknowledged = sent with { LegacyVersion = 1, LegacyHash = "new", PendingSince = null, NextAttemptAt = null, LeaseOwner = null };
        Store.Acknowledge(acknowledged);
        await Eventually.Is(RowText.Of(acknowledged), async () => RowText.Of((await Store.Load("s-1", None)).Row));
        Assert.Null((await Store.Load("s-1", None)).LeaseLeft);
    }

    [Fact]
    public async Task A_failed_attempt_is_stored_too()
    {
        var sent = await Put(Some.Row("s-1").Pending() with { LeaseOwner = "silo-1" });
        var failed = sent with { Attempts = 1, NextAttemptAt = Some.Now.AddSeconds(1), LeaseOwner = null };
        Store.Acknowledge(failed);
        await Eventually.Is(RowText.Of(failed), async () => RowText.Of((await Store.Load("s-1", None)).Row));
        var rejected = failed with { Rejected = new(422, "no \0 ☃", Some.Now), NextAttemptAt = null };
        Store.Acknowledge(rejected);
        await Eventually.Is(422, async () => (await Store.Load("s-1", None)).Row.Rejected?.Status);
    }

    [Fact]
    public async Task An_acknowledgement_of_an_earlier_commit_changes_nothing()
    {
        var first = await Put(Some.Row("s-1").Pending());
        var second = await Put(first.Next().Pending(), first);
        Store.Acknowledge(first with { LegacyVersion = 1, LegacyHash = "old", PendingSince = null, NextAttemptAt = null });
        Store.Acknowledge(Some.Row("nobody"));
        await Put(Some.Row("s-2")); // comes after them
        Assert.Equal(RowText.Of(second), RowText.Of((await Store.Load("s-1", None)).Row));
        Assert.Equal(0, (await Store.Load("nobody", None)).Row.Version);
    }

    [Fact]
    public async Task Only_what_is_due_is_claimed_and_not_again_within_the_hold()
    {
        await Put(Some.Row("due").Pending(due: -10));
        await Put(Some.Row("intent") with { Intent = new(null, 204, null, null, Some.Now), PendingSince = Some.Now, NextAttemptAt = Some.Now.AddSeconds(-5) });
        await Put(Some.Row("later").Pending(due: 600));
        await Put(Some.Row("in-sync") with { NextAttemptAt = Some.Now.AddSeconds(-10) });
        await Put(Some.Row("rejected").Pending(due: -10) with { Rejected = new(422, "no", Some.Now) });
        Assert.Equal(["due", "intent"], (await Store.ClaimDue(10, Hold, None)).Order());
        Assert.Empty(await Store.ClaimDue(10, Hold, None));
    }

    [Fact]
    public async Task A_request_that_may_come_late_is_remembered_until_an_answer_says_otherwise()
    {
        var row = await Put(Some.Row("s-1") with { LateFor = TimeSpan.FromMinutes(1) });
        Assert.InRange((await Store.Load("s-1", None)).Row.LateFor!.Value, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1));
        Assert.Equal(["s-1"], (await Store.ListBehind(10, None)).Select(r => r.Id));
        Assert.Equal((1, 1), ((await Store.Count(None)).Late, (await Store.Lag(None)).Late));
        Store.Acknowledge(row with { LateFor = TimeSpan.FromMinutes(9) });
        await Eventually.Is(true, async () => (await Store.Load("s-1", None)).Row.LateFor > TimeSpan.FromMinutes(5));
        Store.Acknowledge(row with { LateFor = null });
        await Eventually.Is(null, async () => (await Store.Load("s-1", None)).Row.LateFor);
        Assert.Empty(await Store.ListBehind(10, None));
        Assert.Equal((0, 0), ((await Store.Count(None)).Late, (await Store.Lag(None)).Late));
    }

    [Fact]
    public async Task What_may_have_come_late_is_claimed_when_no_more_can_come()
    {
        await Put(Some.Row("due") with { LateFor = TimeSpan.Zero });
        await Put(Some.Row("not-yet") with { LateFor = TimeSpan.FromMinutes(1) });
        await Put(Some.Row("to-be-sent").Pending(due: 60_000) with { LateFor = TimeSpan.Zero });
        await Put(Some.Row("intended") with { Intent = new(null, 204, null, null, Some.Now), PendingSince = Some.Now, NextAttemptAt = Some.Now.AddSeconds(60_000), LateFor = TimeSpan.Zero });
        Assert.DoesNotContain("intended", (await Store.ListBehind(10, None)).Select(r => r.Id));
        Assert.Equal(["due"], await Store.ClaimDue(10, Hold, None));
        Assert.Empty(await Store.ClaimDue(10, Hold, None));
    }

    [Fact]
    public async Task What_waits_for_its_next_attempt_is_due_at_once_when_that_is_asked()
    {
        await Put(Some.Row("next").Pending(due: 30_000));
        await Put(Some.Row("intent") with { Intent = new(null, 204, null, null, Some.Now), PendingSince = Some.Now, NextAttemptAt = Some.Now.AddSeconds(40_000) });
        await Put(Some.Row("lease-over").Pending(due: 45_000) with { LeaseOwner = "silo-1" }, lease: TimeSpan.Zero);
        await Put(Some.Row("afterwards").Pending(due: 50_000));
        await Put(Some.Row("being-sent").Pending(due: 20_000) with { LeaseOwner = "silo-1" }, lease: TimeSpan.FromMinutes(9));
        await Put(Some.Row("rejected").Pending(due: 20_000) with { Rejected = new(422, "no", Some.Now) });
        Assert.Empty(await Store.ClaimDue(10, Hold, None));
        await Store.Hasten(3, None);
        Assert.Equal(["intent", "lease-over", "next"], (await Store.ClaimDue(10, Hold, None)).Order());
        await Store.Hasten(10, None);
        Assert.Equal(["afterwards", "intent", "lease-over", "next"], (await Store.ClaimDue(10, Hold, None)).Order());
    }

    [Fact]
    public async Task A_claim_ends_with_its_hold()
    {
        await Put(Some.Row("s-1").Pending(due: -10));
        Assert.Single(await Store.ClaimDue(10, TimeSpan.FromMilliseconds(1), None));
        await Eventually.Is(1, async () => (await Store.ClaimDue(10, Hold, None)).Count);
    }

    [Fact]
    public async Task Claims_are_limited_and_no_two_get_the_same()
    {
        for (var i = 0; i < 40; i++) await Put(Some.Row($"s-{i}").Pending(due: -10));
        Assert.Equal(7, (await Store.ClaimDue(7, Hold, None)).Count);
        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Store.ClaimDue(20, Hold, None)));
        var claimed = claims.SelectMany(c => c).Concat(await Store.ClaimDue(100, Hold, None)).ToList();
        Assert.Equal(33, claimed.Count);
        Assert.Equal(33, claimed.Distinct().Count());
    }

    [Fact]
    public async Task Without_pending_changes_there_is_no_lag()
    {
        await Put(Some.Row("s-1"));
        await Put(Some.Row("rejected").Pending(since: -100) with { Rejected = new(422, "no", Some.Now) });
        Assert.Equal(new SyncLag(0, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, null, Refused: 1), await Store.Lag(None));
    }

    [Fact]
    public async Task The_lag_is_the_age_of_the_oldest_pending_change()
    {
        await Put(Some.Row("old").Pending(since: -200_000));
        for (var i = 0; i < 9; i++) await Put(Some.Row($"s-{i}").Pending(since: -100));
        await Put(Some.Row("done") with { PendingSince = Some.Now.AddSeconds(-300_000) });
        var lag = await Store.Lag(None);
        Assert.Equal((10, "old"), (lag.Pending, lag.OldestSessionId));
        Assert.InRange(lag.Oldest.TotalSeconds, 200_000, 200_600);
        Assert.InRange(lag.P50.TotalSeconds, 100, 700);
        Assert.InRange(lag.P95.TotalSeconds, 200_000, 200_600);
    }

    /// <summary>Its client is still waiting, and would be told of no lag by a GAIA_HOME that is slow and in step.</summary>
    [Fact]
    public async Task What_is_sent_for_the_first_time_is_pending_and_no_lag_until_it_fails_or_its_silo_is_lost()
    {
        var lease = TimeSpan.FromMinutes(5);
        var now = TimeProvider.System.GetUtcNow();
        await Put(Some.Row("first").Pending() with { PendingSince = now }, lease: lease);
        await Put(Some.Row("intent") with { Intent = new(null, 204, null, null, Some.Now), PendingSince = now, NextAttemptAt = now }, lease: lease);
        Assert.Equal(new SyncLag(2, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, null), await Store.Lag(None));

        await Put(Some.Row("lost").Pending() with { PendingSince = now }, lease: TimeSpan.FromMilliseconds(1));
        await Eventually.Is<string?>("lost", async () => (await Store.Lag(None)).OldestSessionId);
        await Put(Some.Row("again").Pending() with { PendingSince = now.AddSeconds(-1), Attempts = 1 }, lease: lease);
        Assert.Equal("again", (await Store.Lag(None)).OldestSessionId);
        await Put(Some.Row("two-changes").Pending() with { PendingSince = now.AddSeconds(-2), Version = 3, LegacyVersion = 1 }, lease: lease);
        Assert.Equal("two-changes", (await Store.Lag(None)).OldestSessionId);
        await Put(Some.Row("long-ago").Pending() with { PendingSince = now.AddSeconds(-60) }, lease: lease);
        await Eventually.Is<string?>("long-ago", async () => (await Store.Lag(None)).OldestSessionId);
    }
}
