using System.Globalization;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Runs;

namespace GaiaOrleans.Grains.Tests.Runs;

/// <summary>Legacy shows a hundred sessions a page here, whatever a run can do at once.</summary>
public sealed class PageAheadTests
{
    private readonly InMemoryLegacySessions _legacy = new();

    [Theory]
    [InlineData(40)]
    [InlineData(100)]
    [InlineData(1_000)]
    public async Task Every_session_is_shown_once_in_the_order_of_the_list_and_in_parts_that_a_run_can_do_at_once(int most)
    {
        Seed(250);
        var (pages, cursor, shown) = (Ahead(most), (string?)null, new List<string>());
        do
        {
            var page = await Take(pages, cursor);
            Assert.InRange(page.Sessions.Count, 1, Math.Min(most, 100));
            Assert.False(page.Shifts);
            shown.AddRange(page.Sessions.Select(s => s.Id!));
            cursor = page.Next;
        }
        while (cursor is not null);

        Assert.Equal(Enumerable.Range(0, 250).Select(Id), shown);
    }

    /// <summary>A part that failed is done again by its cursor, and a page is not read a second time for its next part.</summary>
    [Fact]
    public async Task The_parts_of_a_page_are_of_one_reading()
    {
        Seed(100);
        var pages = Ahead(40);
        var first = await Take(pages, null);
        Seed(150);
        var second = await Take(pages, first.Next);
        Assert.Equal(second.Sessions, (await Take(pages, first.Next)).Sessions);
        Assert.Equal(100, first.Sessions.Count + second.Sessions.Count + (await Take(pages, second.Next)).Sessions.Count);
    }

    /// <summary>Another activation goes on where the one before was, and what was deleted meanwhile has moved others past it: the run walks once more.</summary>
    [Theory]
    [InlineData(60, 40, 20)]
    [InlineData(30, 40, 0)]
    public async Task Begun_anew_in_the_middle_of_a_page_it_reads_it_again_and_says_that_some_may_have_slipped_past(int left, int from, int shown)
    {
        Seed(100);
        var cursor = (await Take(Ahead(from), null)).Next;
        for (var i = left; i < 100; i++) _legacy.Remove(Id(i));
        var page = await Take(Ahead(from), cursor);
        Assert.Equal(Enumerable.Range(from, shown).Select(Id), page.Sessions.Select(s => s.Id!));
        Assert.True(page.Shifts);
        Assert.Null(page.Next);
    }

    private void Seed(int count)
    {
        for (var i = 0; i < count; i++) _legacy.Seed(Id(i), """{"status":"idle"}""");
    }

    private PageAhead Ahead(int most) => new(_legacy, TimeProvider.System, most);

    private static Task<LegacyPage> Take(PageAhead pages, string? cursor) => pages.Take(cursor, new(TimeProvider.System), CancellationToken.None);

    private static string Id(int i) => i.ToString("D3", CultureInfo.InvariantCulture);
}
