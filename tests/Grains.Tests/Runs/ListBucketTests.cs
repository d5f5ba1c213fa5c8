using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Runs;

namespace GaiaOrleans.Grains.Tests.Runs;

public sealed class ListBucketTests
{
    private static IReadOnlyList<LegacyListed> Sessions(IEnumerable<int> numbers) => [.. numbers.Select(n => new LegacyListed($"session-{n:D6}", [], null))];

    /// <summary>The whole list in pages of this size.</summary>
    private static List<ListBucket> Cut(IReadOnlyList<LegacyListed> list, int page)
    {
        var buckets = new List<ListBucket>();
        IReadOnlyList<LegacyListed> open = [];
        foreach (var part in list.Chunk(page))
        {
            (var closed, open) = ListBucket.Cut(open, part, last: ReferenceEquals(part[^1], list[^1]));
            buckets.AddRange(closed);
        }

        Assert.Empty(open);
        return buckets;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(77)]
    [InlineData(1_000)]
    [InlineData(100_000)]
    public void Every_session_is_in_one_bucket_in_the_order_of_the_list_however_it_is_paged(int page)
    {
        var list = Sessions(Enumerable.Range(1, 20_000));
        var buckets = Cut(list, page);
        Assert.Equal(list, buckets.SelectMany(b => b.Sessions));
        Assert.Equal(Cut(list, 500).Select(b => b.Key), buckets.Select(b => b.Key));
        Assert.InRange(buckets.Count, 40, 160);
        Assert.All(buckets, b => Assert.InRange(b.Sessions.Count, 1, ListBucket.Largest));
    }

    [Fact]
    public void A_session_more_or_less_changes_its_own_bucket_alone()
    {
        var before = Cut(Sessions(Enumerable.Range(1, 20_000)), 1_000);
        var after = Cut(Sessions(Enumerable.Range(2, 19_999).Where(n => n != 10_000)), 1_000);
        var same = before.Count(b => after.Any(a => a.Key == b.Key && a.Sessions.Select(s => s.Id).SequenceEqual(b.Sessions.Select(s => s.Id))));
        Assert.InRange(same, before.Count - 3, before.Count - 1);
    }

    [Fact]
    public void Where_no_id_ends_a_bucket_its_size_does()
    {
        var list = Sessions(Enumerable.Repeat(1, 5_000));
        Assert.Equal([2_048, 2_048, 904], Cut(list, 1_000).Select(b => b.Sessions.Count));
    }

    [Fact]
    public void Records_without_ids_gather_no_further_than_others()
    {
        LegacyListed[] nameless = [.. Enumerable.Repeat(new LegacyListed(null, [], "no id"), 3_000)];
        var (closed, open) = ListBucket.Cut([], nameless, last: false);
        Assert.Equal((2_048, 952), (Assert.Single(closed).Sessions.Count, open.Count));
    }

    [Fact]
    public void The_last_bucket_waits_for_the_page_that_says_so()
    {
        var (closed, open) = ListBucket.Cut([], Sessions([1, 2, 3]), last: false);
        Assert.Equal((0, 3), (closed.Count, open.Count));
        (closed, open) = ListBucket.Cut(open, [], last: true);
        Assert.Equal((3, 0), (Assert.Single(closed).Sessions.Count, open.Count));
    }
}
