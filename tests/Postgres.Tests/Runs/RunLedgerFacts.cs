using GaiaOrleans.Grains.Runs;

namespace GaiaOrleans.Postgres.Tests.Runs;

/// <summary>What every run ledger must do with the seals of verifications.</summary>
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
    public async Task A_complete_walk_drops_the_seals_that_it_did_not_keep()
    {
        await Ledger.KeepSeals(First, [Seal("a", First), Seal("b", First)], None);
        await Ledger.KeepSeals(Second, [Seal("b", First)], None);
        await Ledger.DropOtherSeals(Second, None);
        Assert.Equal([("b", First, 0)], await Kept("a", "b"));
    }
}
