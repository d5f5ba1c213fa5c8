using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Postgres.Tests.Sessions;

public abstract partial class SessionStoreFacts
{
    private static DateTimeOffset Later => Some.Now.AddDays(1);

    /// <summary>What the store settles by itself now and then is settled now.</summary>
    protected virtual Task Settle() => Task.CompletedTask;

    [Fact]
    public async Task Validation_errors_are_listed_newest_first()
    {
        foreach (var id in (string[])["s-1", "s-2", "s-3"])
        {
            await Put(Misfit(id));
            await Report(Invalid(id));
        }

        var listed = await Store.ListInvalid(2, false, None);
        Assert.Equal((2, 3L), (listed.Errors.Count, listed.Open));
        Assert.Equal([Invalid("s-3"), Invalid("s-2")], listed.Errors.Select(e => e.Error));
        Assert.All(listed.Errors, e => Assert.InRange(e.At, Some.Now.AddMinutes(-1), Some.Now.AddMinutes(10)));
    }

    [Fact]
    public async Task Every_mismatch_is_listed_once_also_when_a_verification_renews_those_that_are_still_to_come()
    {
        for (var i = 1; i <= 5; i++) await Put(Misfit($"s-{i}"));
        await Report([.. Enumerable.Range(1, 5).Select(i => Invalid($"s-{i}")), Shown("s-2")]);
        var pass = Guid.NewGuid();
        ValidationError[] found = [Mismatch("s-1") with { Field = "tier" }, Mismatch("s-1"), Mismatch("s-4"), Mismatch("s-3"), Mismatch("s-5")];
        await Store.KeepVerified(pass, found, [], None);
        var page = await Store.Mismatches(null, 2, None);
        Assert.Equal([("s-1", "status"), ("s-1", "tier")], page.Select(e => (e.Error.SessionId, e.Error.Field)));
        await Store.KeepVerified(pass, [found[3]], [], None);
        page = await Store.Mismatches((page[^1].Error.SessionId, page[^1].Error.Field), 2, None);
        Assert.Equal([Mismatch("s-3"), Mismatch("s-4")], page.Select(e => e.Error));
        Assert.Equal([Mismatch("s-5")], (await Store.Mismatches(("s-4", "status"), 2, None)).Select(e => e.Error));
        await Store.CloseVerified(Guid.NewGuid(), Later, None);
        Assert.Empty(await Store.Mismatches(null, 2, None));
    }

    [Fact]
    public async Task An_error_that_is_open_is_renewed_and_not_repeated()
    {
        await Put(Misfit("s-1", """{"status":"emperor","tier":"crown"}"""));
        await Put(Misfit("s-2"));
        await Report(Invalid("s-1"));
        await Report(Invalid("s-2"));
        var again = Invalid("s-1") with { PythonValue = "\"else\"", Version = 2 };
        await Report(again);
        Assert.Equal([again, Invalid("s-2")], await Open());

        // Found by somebody else, or in another field, it is another one.
        await Report(again with { Field = "tier" }, again with { Source = ValidationError.Shadow });
        Assert.Equal(4, (await Open()).Count);
    }

    [Fact]
    public async Task Of_the_same_error_twice_at_once_the_later_counts()
    {
        await Store.KeepVerified(Guid.NewGuid(), [Mismatch("s-1") with { GoValue = "1" }, Mismatch("s-1") with { GoValue = "2" }], [], None);
        Assert.Equal("2", Assert.Single(await Open()).GoValue);
    }

    [Fact]
    public async Task A_complete_walk_closes_what_only_earlier_ones_found_in_sessions_that_it_compared()
    {
        await Put(Misfit("s-1"));
        await Report(Invalid("s-1"));
        await Store.KeepVerified(Guid.NewGuid(), [Mismatch("s-1"), Mismatch("s-2"), Mismatch("s-3")], [], None);
        var pass = Guid.NewGuid();
        await Store.KeepVerified(pass, [Mismatch("s-2")], ["s-3", "s-4"], None);
        Assert.Equal(4, (await Open()).Count);
        await Store.CloseVerified(pass, Later, None);
        Assert.Equal([Invalid("s-1"), Mismatch("s-2"), Mismatch("s-3")], (await Open()).OrderBy(e => e.SessionId));
    }

    [Fact]
    public async Task A_complete_walk_closes_what_shadow_reads_found_before_it_in_sessions_that_it_found_equal()
    {
        ValidationError[] shown = [Shown("s-1"), Shown("s-2"), Shown("s-3")];
        foreach (var error in shown) await Put(Some.Row(error.SessionId));
        await Report(shown);
        var pass = Guid.NewGuid();
        await Store.KeepVerified(pass, [Mismatch("s-2")], ["s-3"], None);
        await Store.CloseVerified(pass, Some.Now.AddDays(-1), None);
        Assert.Contains(Shown("s-1"), await Open());
        await Store.CloseVerified(pass, Later, None);
        Assert.Equal([Mismatch("s-2"), Shown("s-2"), Shown("s-3")], (await Open()).OrderBy(e => e.SessionId).ThenByDescending(e => e.Source));
    }

    [Fact]
    public async Task A_shadow_read_that_agrees_closes_what_earlier_ones_found_in_its_session_alone()
    {
        foreach (var id in (string[])["s-1", "s-2"]) await Put(Some.Row(id));
        await Report(Shown("s-1"), Shown("s-2"));
        await Store.KeepVerified(Guid.NewGuid(), [Mismatch("s-1")], [], None);
        await Store.CloseShadow("s-1", None);
        Assert.Equal([Mismatch("s-1"), Shown("s-2")], (await Open()).OrderBy(e => e.SessionId));
    }

    [Fact]
    public async Task Resolved_errors_are_shown_to_those_who_ask_and_found_again_they_are_open_again()
    {
        await Store.KeepVerified(Guid.NewGuid(), [Mismatch("s-1")], [], None);
        await Store.CloseVerified(Guid.NewGuid(), Later, None);
        var all = await Store.ListInvalid(10, true, None);
        Assert.Equal((true, 0L), (Assert.Single(all.Errors).Resolved, all.Open));
        Assert.Empty(await Open());

        await Store.KeepVerified(Guid.NewGuid(), [Mismatch("s-1")], [], None);
        Assert.Equal([false, true], (await Store.ListInvalid(10, true, None)).Errors.Select(e => e.Resolved));
    }

    [Theory]
    [InlineData("""{"status":"emperor"}""", true)]
    [InlineData("""{"status":7}""", true)]
    [InlineData("""{"status":"idle"}""", false)]
    [InlineData("""{"status":null}""", false)]
    [InlineData("{}", false)]
    public async Task A_value_that_does_not_fit_is_an_error_until_its_row_holds_it_no_more(string document, bool open)
    {
        var row = await Put(Misfit("s-1"));
        await Report(Invalid("s-1"), Invalid("s-1") with { Source = ValidationError.Shadow });
        await Settle();
        Assert.Equal(2, (await Open()).Count);
        await Put(row.Next() with { Document = Some.Document("s-1", document) }, row);
        await Settle();
        Assert.Equal(open, (await Open()).Contains(Invalid("s-1")));
        Assert.Contains(await Open(), e => e.Source == ValidationError.Shadow);
    }

    [Fact]
    public async Task A_complete_walk_closes_values_that_do_not_stand_in_their_row_any_more()
    {
        var mended = await Put(Misfit("s-1"));
        await Put(Misfit("s-2"));
        await Report(Invalid("s-1"), Invalid("s-2"));
        await Put(mended.Next() with { Document = Some.Document("s-1", """{"status":"idle"}""") }, mended);
        await Store.CloseVerified(Guid.NewGuid(), Some.Now, None);
        Assert.Equal("s-2", Assert.Single(await Open()).SessionId);
    }

    [Fact]
    public async Task A_delete_closes_what_was_found_before_it_and_not_what_was_found_after()
    {
        var row = await Put(Misfit("s-1"));
        await Put(Some.Row("s-2"));
        await Report(Invalid("s-1"));
        await Store.KeepVerified(Guid.NewGuid(), [Mismatch("s-1"), Mismatch("s-2"), Mismatch("nobody", 0)], [], None);
        var gone = await Put(row.Next().Deleted(), row);
        await Settle();
        Assert.Equal([Mismatch("nobody", 0), Mismatch("s-2")], (await Open()).OrderBy(e => e.SessionId));

        var after = Mismatch("s-1", gone.Version) with { Field = "$" };
        await Store.KeepVerified(Guid.NewGuid(), [after], [], None);
        await Settle();
        Assert.Contains(after, await Open());
    }

    [Fact]
    public async Task Keys_are_forgotten_after_a_day_and_may_be_used_again()
    {
        var old = Some.Key("k-1", version: 1, age: 86_500);
        var row = await Put(Some.Row("s-1") with { Keys = [old] }, key: old);
        Assert.Empty((await Store.Load("s-1", None)).Row.Keys);
        Assert.Null(await Store.FindKey("s-1", "k-1", None));

        var again = Some.Key("k-1", version: 2);
        await Put(row.Next() with { Keys = [again] }, row, key: again);
        Assert.Equal(again, Assert.Single((await Store.Load("s-1", None)).Row.Keys));
        Assert.Equal(again, await Store.FindKey("s-1", "k-1", None));
    }

    private static SessionRow Misfit(string id, string json = """{"status":"emperor"}""") => Some.Row(id, json);

    private static ValidationError Invalid(string id) => new(id, "status", ValidationError.Type, "\"emperor\"", null, 1, ValidationError.DualWrite);

    private static ValidationError Shown(string id) => Mismatch(id) with { Source = ValidationError.Shadow };

    private static ValidationError Mismatch(string id, long version = 1) => new(id, "status", "enum", "\"busy\"", "\"idle\"", version, ValidationError.Verify);

    private async Task<IReadOnlyList<ValidationError>> Open() => [.. (await Store.ListInvalid(100, false, None)).Errors.Select(e => e.Error)];

    private async Task Report(params ValidationError[] errors)
    {
        foreach (var error in errors) Store.ReportInvalid(error);
        await Eventually.Is(true, async () => (await Open()) is var open && errors.All(open.Contains));
    }
}
