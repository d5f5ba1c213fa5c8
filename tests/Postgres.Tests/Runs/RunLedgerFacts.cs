using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Grains.Runs;

namespace GaiaOrleans.Postgres.Tests.Runs;

/// <summary>What every run ledger must do.</summary>
public abstract class RunLedgerFacts
{
    private static readonly Guid First = Guid.NewGuid();
    private static readonly Guid Second = Guid.NewGuid();

    protected abstract IRunLedger Ledger { get; }

    private static CancellationToken None => CancellationToken.None;

    private static BucketSeal Seal(string key, Guid hash, int noise = 0) => new(key, hash, new Dictionary<string, int> { ["enum"] = noise });

    private async Task<IEnumerable<(string Key, Guid Hash, int Noise)>> Kept(params string[] keys) =>
        (await Ledger.Seals(keys, None)).OrderBy(s => s.Key).Select(s => (s.Key, s.Hash, s.Noise.GetValueOrDefault("enum")));

    [Fact]
    public async Task Seals_are_found_by_their_keys_and_replaced()
    {
        await Ledger.KeepSeals(First, [], None);
        Assert.Empty(await Kept("a"));
        await Ledger.KeepSeals(First, [Seal("a", First, noise: 3), Seal("b", First), Seal("c", First), Seal("c", Second)], None);
        Assert.Equal([("a", First, 3), ("c", Second, 0)], await Kept("a", "c", "nobody"));
        await Ledger.KeepSeals(Second, [Seal("a", Second)], None);
        Assert.Equal([("a", Second, 0), ("b", First, 0)], await Kept("a", "b"));
    }

    [Fact]
    public async Task Entries_are_listed_newest_first_and_page_by_page()
    {
        var run = Guid.NewGuid().ToString();
        var now = new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);
        LedgerEntry Entry(string id, int age, string outcome = "failed") => new(id, outcome, null, null, now.AddSeconds(-age));
        await Ledger.Keep("migrate", run, [Entry("s-1", 30), Entry("s-3", 10), Entry("s-2", 10), Entry("s-4", 20, "skipped"), Entry("s-5", 20)], None);
        await Ledger.Keep("migrate", Guid.NewGuid().ToString(), [Entry("s-9", 15)], None);
        Assert.Equal(["s-2", "s-3", "s-4", "s-5", "s-1"], await Listed(null, 10, null));
        Assert.Equal(["s-2"], await Listed(null, 1, null));
        Assert.Equal(["s-3", "s-4"], await Listed(null, 2, new(now.AddSeconds(-10), "s-2")));
        Assert.Equal(["s-5", "s-1"], await Listed("failed", 5, new(now.AddSeconds(-10), "s-3")));
        Assert.Empty(await Listed(null, 5, new(now.AddSeconds(-30), "s-1")));

        async Task<IEnumerable<string>> Listed(string? outcome, int limit, LedgerPlace? after) => (await Ledger.List("migrate", run, outcome, limit, after, None)).Select(e => e.SessionId);
    }

    [Fact]
    public async Task A_complete_walk_drops_the_seals_that_it_did_not_keep()
    {
        await Ledger.KeepSeals(First, [Seal("a", First), Seal("b", First)], None);
        await Ledger.KeepSeals(Second, [Seal("b", First)], None);
        await Ledger.DropOtherSeals(Second, None);
        Assert.Equal([("b", First, 0)], await Kept("a", "b"));
    }
}
