using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Postgres.Tests.Sessions;

public abstract partial class SessionStoreFacts
{
    [Fact]
    public async Task Live_rows_are_listed_in_ordinal_order_page_by_page()
    {
        string[] ids = ["B", "a", "ä", "_", "10", "2", "b", "Z", "a-1", "a_1"];
        foreach (var id in ids) await Put(Some.Row(id));
        var gone = await Put(Some.Row("c"));
        await Put(gone.Next().Deleted(), gone);

        var listed = new List<string>();
        while (await Store.List(listed.LastOrDefault(), 3, null, null, None) is { Count: > 0 } page) listed.AddRange(page.Select(r => r.Id));
        Assert.Equal(ids.Order(StringComparer.Ordinal), listed);
        Assert.Empty(await Store.List("zz", 3, "active", null, None));
    }

    [Fact]
    public async Task Lists_are_filtered_by_status_and_tier()
    {
        await Put(Some.Row("s-1", """{"status":"busy","tier":"worker"}"""));
        await Put(Some.Row("s-2", """{"status":"busy","tier":"manager"}"""));
        await Put(Some.Row("s-3", """{"status":"idle","tier":"worker"}"""));
        await Put(Some.Row("s-4", """{"status":null,"tier":7}"""));
        await Put(Some.Row("s-5", "{}"));
        Assert.Equal(["s-1", "s-2"], await Listed(null, "busy", null));
        Assert.Equal(["s-1", "s-3"], await Listed(null, null, "worker"));
        Assert.Equal(["s-3"], await Listed("s-1", null, "worker"));
        Assert.Equal(["s-1"], await Listed(null, "busy", "worker"));
        Assert.Empty(await Listed(null, "' OR ''='", null));

        async Task<IEnumerable<string>> Listed(string? after, string? status, string? tier) => (await Store.List(after, 10, status, tier, None)).Select(r => r.Id);
    }

    [Fact]
    public async Task Rows_are_found_by_their_ids_live_or_deleted()
    {
        await Put(Some.Row("s-1"));
        var gone = await Put(Some.Row("s-2"));
        await Put(gone.Next().Deleted(), gone);
        await Put(Some.Row("s-3"));
        var found = await Store.Compared(["s-2", "s-1", "nobody", "s-1"], r => r, None);
        Assert.Equal([("s-1", true), ("s-2", false)], found.Select(r => (r.Id, r.Document is not null)).Order());
        Assert.Equal(found.Select(r => new RowPrint(r.Id, r.Print)).OrderBy(p => p.Id), (await Store.Prints(["s-2", "s-1", "nobody"], None)).OrderBy(p => p.Id));
        Assert.Empty(await Store.Compared([], r => r, None));
        Assert.Empty(await Store.Prints([], None));
    }

    [Fact]
    public async Task Rows_that_legacy_lacks_are_listed_with_deletes_and_rejected_ones_but_not_for_an_intent_alone()
    {
        await Put(Some.Row("in-sync"));
        await Put(Some.Row("pending").Pending(due: 100));
        await Put(Some.Row("deleted").Deleted().Pending());
        await Put(Some.Row("intent") with { Intent = new(null, 204, null, null, Some.Now), PendingSince = Some.Now });
        await Put(Some.Row("rejected").Pending() with { Rejected = new(422, "no", Some.Now) });
        await Put(Some.Row("rejected-intent").Pending() with { Rejected = new(422, "no", Some.Now), Intent = new(null, 204, null, null, Some.Now) });
        Assert.Equal(["deleted", "pending", "rejected", "rejected-intent"], (await Store.ListBehind(10, None)).Select(r => r.Id).Order());
        Assert.Equal(2, (await Store.ListBehind(2, None)).Count);
    }

    [Fact]
    public async Task Rows_are_counted_by_what_they_are()
    {
        Assert.Equal(new SessionCounts(0, 0, 0, 0, 0, 0, 0), await Store.Count(None));
        await Put(Some.Row("live"));
        await Put(Some.Row("migrated") with { MigratedAt = Some.Now, MigratedFrom = "run" });
        await Put(Some.Row("deleted").Deleted());
        await Put(Some.Row("pending").Pending());
        await Put(Some.Row("rejected").Pending() with { Rejected = new(422, "no", Some.Now) });
        await Put(Some.Row("disputed").Pending() with { Conflict = new(null, Some.Now, ["$"]), Log = [Some.Open("$")] });
        Assert.Equal(new SessionCounts(Live: 5, Deleted: 1, Migrated: 1, Disputed: 2, Pending: 1, OpenConflicts: 1, ResolvedConflicts: 0), await Store.Count(None));
    }
}
