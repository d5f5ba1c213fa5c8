using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Runs;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Runs;

public sealed class BucketSealTests
{
    private static readonly RolloutState Rollout = new InMemoryRolloutStore(TimeProvider.System).State;
    private static readonly byte[] Terms = BucketSeal.TermsOf(DiffRules.Default, Rollout);
    private static readonly Dictionary<string, long> Prints = new() { ["a"] = 1, ["b"] = 2 };

    private static ListBucket Bucket(params (string? Id, string Raw)[] records) => new([.. records.Select(r => new LegacyListed(r.Id, System.Text.Encoding.UTF8.GetBytes(r.Raw), null))]);

    private static Guid? Hash(ListBucket bucket, Dictionary<string, long>? prints = null) => BucketSeal.HashOf(Terms, bucket, prints ?? Prints);

    [Fact]
    public void It_is_another_when_anything_of_either_side_is()
    {
        var before = Hash(Bucket(("a", "{}"), ("b", "{}")));
        Assert.NotNull(before);
        Assert.Equal(before, Hash(Bucket(("a", "{}"), ("b", "{}"))));
        Assert.NotEqual(before, Hash(Bucket(("a", "{ }"), ("b", "{}"))));
        Assert.NotEqual(before, Hash(Bucket(("b", "{}"), ("a", "{}"))));
        Assert.NotEqual(before, Hash(Bucket(("a", "{}"))));
        Assert.NotEqual(before, Hash(Bucket(("a", "{}"), ("b", "{}")), new() { ["a"] = 1, ["b"] = 3 }));
        // The same bytes in a row, divided elsewhere.
        Assert.NotEqual(Hash(Bucket(("a", "{}{}"), ("b", ""))), Hash(Bucket(("a", "{}"), ("b", "{}"))));
    }

    [Fact]
    public void There_is_none_for_a_record_without_an_id_or_a_row()
    {
        Assert.Null(Hash(Bucket(("a", "{}"), (null, "{}"))));
        Assert.Null(Hash(Bucket(("a", "{}"), ("c", "{}"))));
    }

    [Fact]
    public void Under_another_rule_tolerance_generation_or_incarnation_the_terms_are_others()
    {
        var rules = DiffRules.Default;
        Assert.Equal(Terms, BucketSeal.TermsOf(rules, Rollout));
        byte[][] others =
        [
            BucketSeal.TermsOf(rules with { ByField = new Dictionary<string, DiffRule>(rules.ByField) { ["status"] = DiffRule.Exact } }, Rollout),
            BucketSeal.TermsOf(rules with { Otherwise = DiffRule.Exact }, Rollout),
            BucketSeal.TermsOf(rules with { TimestampTolerance = TimeSpan.FromSeconds(1) }, Rollout),
            BucketSeal.TermsOf(rules, Rollout with { Generation = Rollout.Generation + 1 }),
            BucketSeal.TermsOf(rules, Rollout with { Incarnation = Rollout.Incarnation + 1 }),
        ];
        Assert.All(others, other => Assert.NotEqual(Terms, other));
    }
}
