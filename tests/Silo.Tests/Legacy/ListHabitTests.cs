using System.Globalization;
using GaiaOrleans.Contracts.Problems;
using Microsoft.AspNetCore.Http;

namespace GaiaOrleans.Silo.Tests.Legacy;

/// <summary>Lists as other Python services answer them, good and bad.</summary>
public sealed class ListHabitTests
{
    private static readonly string[] Ids = [.. Enumerable.Range(1, 10).Select(n => $"s{n:00}")];

    private static string Records(IEnumerable<string> ids) => string.Join(",", ids.Select(id => $$"""{"id":"{{id}}"}"""));

    private static int Number(HttpRequest request, string name, int otherwise) =>
        int.TryParse(request.Query[name], CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    private static IEnumerable<string> After(HttpRequest request) => Ids.Where(id => string.CompareOrdinal(id, request.Query["cursor"]) > 0).Take(Number(request, "limit", 50));

    private static async Task AssertWhole(ScriptedHome home, int pageSize = 4)
    {
        await using (home)
        {
            await using var client = new LegacyClient(home.Url, ("PageSize", pageSize));
            Assert.Equal(Ids, (await client.Sessions.WholeList()).Select(s => s.Id));
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(50)]
    public async Task A_whole_array_that_ignores_limits(int pageSize) => await AssertWhole(await ScriptedHome.Json(_ => $"[{Records(Ids)}]"), pageSize);

    [Theory]
    [InlineData("next_cursor")]
    [InlineData("cursor")]
    public async Task A_cursor_member(string member) => await AssertWhole(await ScriptedHome.Json(request =>
    {
        var page = After(request).ToList();
        var next = page.Count > 0 && page[^1] != Ids[^1] ? $"\"{page[^1]}\"" : "null";
        return $$"""{"sessions":[{{Records(page)}}],"{{member}}":{{next}}}""";
    }));

    [Fact]
    public async Task A_cursor_member_that_echoes_the_cursor_it_was_asked_with() => await AssertWhole(
        await ScriptedHome.Json(request => $$"""{"sessions":[{{Records(Ids)}}],"cursor":"{{request.Query["cursor"]}}"}"""));

    [Fact]
    public async Task A_link_to_an_inner_host_is_followed_at_our_own_address() => await AssertWhole(await ScriptedHome.Start(async http =>
    {
        var page = After(http.Request).ToList();
        if (page[^1] != Ids[^1]) http.Response.Headers.Link = $"<http://inner.invalid/api/sessions?limit=4>; rel=\"first\", <http://inner.invalid/api/sessions?limit=4&cursor={page[^1]}>; rel=\"next\"";
        await http.Response.WriteAsync($"[{Records(page)}]");
    }));

    [Fact]
    public async Task Full_pages_that_say_nothing_are_asked_for_more() => await AssertWhole(await ScriptedHome.Json(request => $"[{Records(After(request))}]"), 5);

    [Fact]
    public async Task Pages_without_a_count_are_read_until_one_is_not_full() => await AssertWhole(await ScriptedHome.Json(request =>
    {
        var size = Number(request, "per_page", 50);
        return $$"""{"items":[{{Records(Ids.Skip((Number(request, "page", 1) - 1) * size).Take(size))}}]}""";
    }));

    [Fact]
    public async Task That_there_is_more_is_believed_where_it_is_not_said_how_to_go_on() => await AssertWhole(await ScriptedHome.Json(request =>
    {
        var page = After(request).Take(3).ToList();
        return $$"""{"sessions":[{{Records(page)}}],"has_more":{{(page.Count > 0 && page[^1] != Ids[^1] ? "true" : "false")}}}""";
    }));

    [Fact]
    public async Task The_number_of_pages_is_believed_where_the_page_is_not_said() => await AssertWhole(await ScriptedHome.Json(request =>
        $$"""{"items":[{{Records(Ids.Skip((Number(request, "page", 1) - 1) * 3).Take(3))}}],"pages":4}"""));

    /// <summary>Where it goes on is said in another way, and on the last page not at all.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_number_of_pages_is_no_way_to_go_on_where_there_is_another(bool link) => await AssertWhole(await ScriptedHome.Start(async http =>
    {
        var page = After(http.Request).Take(3).ToList();
        var next = page.Count > 0 && page[^1] != Ids[^1] ? page[^1] : null;
        if (link && next is not null) http.Response.Headers.Link = $"</api/sessions?cursor={next}>; rel=\"next\"";
        var cursor = !link && next is not null ? $"\"{next}\"" : "null";
        await http.Response.WriteAsync($$"""{"sessions":[{{Records(page)}}],"next_cursor":{{cursor}},"pages":4}""");
    }));

    /// <summary>Nothing is asked for beyond the last: some answer that with 404.</summary>
    [Theory]
    [InlineData(4, 3)]
    [InlineData(4, 5)]
    [InlineData(4, 10)]
    [InlineData(50, 3)]
    public async Task Pages_that_are_shorter_than_asked_for_are_read_to_the_total(int pageSize, int most) => await AssertWhole(
        await ScriptedHome.Json(request =>
        {
            var size = Math.Min(most, Number(request, "per_page", 50));
            var page = Ids.Skip((Number(request, "page", 1) - 1) * size).Take(size).ToList();
            return page.Count == 0 ? null : $$"""{"items":[{{Records(page)}}],"total":{{Ids.Length}}}""";
        }),
        pageSize);

    /// <summary>A session may have 64 levels, and a list adds to them.</summary>
    [Fact]
    public async Task A_session_that_is_nested_deeply_does_not_end_the_list()
    {
        var deep = $$"""{"id":"s01","own":{{new string('[', 70)}}{{new string(']', 70)}}}""";
        await using var home = await ScriptedHome.Json(_ => $$"""{"sessions":[{{deep}},{"id":"s02"}]}""");
        await using var client = new LegacyClient(home.Url);
        var listed = await client.Sessions.WholeList();
        Assert.Equal(["s01", "s02"], listed.Select(s => s.Id));
        Assert.Throws<InvalidInputException>(() => client.Sessions.Understand("s01", listed[0].Raw));
    }

    [Fact]
    public async Task The_shape_is_found_once_and_asked_for_in_its_own_words_afterwards()
    {
        await using var home = await ScriptedHome.Json(_ => """{"items":[],"total":0,"page":1,"pages":0}""");
        await using var client = new LegacyClient(home.Url);
        await client.Sessions.List(null, default);
        await client.Sessions.List(null, default);
        Assert.Equal(["GET /api/sessions?limit=1000&page=1&per_page=1000", "GET /api/sessions?page=1&per_page=1000"], home.Requests);
    }

    [Fact]
    public async Task A_legacy_that_ignores_the_cursor_is_refused_instead_of_read_for_ever()
    {
        await using var home = await ScriptedHome.Json(_ => $$"""{"sessions":[{{Records(Ids)}}],"next_cursor":"s10"}""");
        await using var client = new LegacyClient(home.Url);
        var problem = await Assert.ThrowsAsync<LegacyUnavailableException>(() => client.Sessions.WholeList());
        Assert.Contains("ignores", problem.Message, StringComparison.Ordinal);
        Assert.Equal(2, home.Requests.Count);
    }

    [Fact]
    public async Task A_legacy_that_ignores_the_page_is_refused()
    {
        await using var home = await ScriptedHome.Json(_ => $$"""{"items":[{{Records(Ids)}}],"total":30,"page":1,"pages":3}""");
        await using var client = new LegacyClient(home.Url);
        await Assert.ThrowsAsync<LegacyUnavailableException>(() => client.Sessions.WholeList());
    }

    [Fact]
    public async Task A_legacy_that_repeats_an_empty_page_is_refused()
    {
        await using var home = await ScriptedHome.Json(_ => """{"sessions":[],"next_cursor":"more"}""");
        await using var client = new LegacyClient(home.Url);
        await Assert.ThrowsAsync<LegacyUnavailableException>(() => client.Sessions.WholeList());
    }

    [Fact]
    public async Task A_list_that_may_be_cut_off_is_not_taken_for_whole()
    {
        await using var home = await ScriptedHome.Json(request => $"[{Records(Ids.Take(Number(request, "limit", 50)))}]");
        await using var client = new LegacyClient(home.Url, ("PageSize", 4));
        var problem = await Assert.ThrowsAsync<LegacyUnavailableException>(() => client.Sessions.WholeList());
        Assert.Contains("Legacy__PageSize", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_that_cannot_be_used_says_why_and_stops_nothing()
    {
        var longId = new string('x', 256);
        await using var home = await ScriptedHome.Json(_ => $$"""
            [{"id":"good"}, 17, null, "text", {"status":"idle"}, {"id":""}, {"id":true}, {"id":{"a":1} }, {"id":"a\u0000b"}, {"id":"{{longId}}"}, {"id":42}, {"id":"last"}]
            """);
        await using var client = new LegacyClient(home.Url);
        var page = await client.Sessions.List(null, default);
        Assert.Equal(["good", "42", "last"], page.Sessions.Where(s => s.Problem is null).Select(s => s.Id));
        Assert.Equal(9, page.Sessions.Count(s => s.Problem is { Length: > 10 } && s.Id is null));
        Assert.Equal("17", System.Text.Encoding.UTF8.GetString(page.Sessions[1].Raw));
    }

    [Fact]
    public async Task The_raw_record_is_byte_for_byte_what_legacy_wrote()
    {
        const string Record = """{ "id" : "x",  "score":1.50, "name":"\u00fc", "status":"SessionStatus.ACTIVE" }""";
        await using var home = await ScriptedHome.Json(_ => "{\"sessions\":{\"x\":" + Record + "}}");
        await using var client = new LegacyClient(home.Url);
        Assert.Equal(Record, System.Text.Encoding.UTF8.GetString(Assert.Single((await client.Sessions.List(null, default)).Sessions).Raw));
    }

    [Fact]
    public async Task Without_an_id_in_the_record_the_key_of_a_map_is_the_id()
    {
        await using var home = await ScriptedHome.Json(request =>
            request.Path == "/api/sessions" ? """{"sessions":{"alpha":{"status":"idle"},"beta":{"status":"busy"}}}""" : """{"status":"idle"}""");
        await using var client = new LegacyClient(home.Url);
        Assert.Equal("idle", (await client.Sessions.Get("alpha", default)).Field("status"));
        Assert.Equal(["alpha", "beta"], (await client.Sessions.WholeList()).Select(s => s.Id));
    }

    [Theory]
    [InlineData("<html><body>Please log in</body></html>")]
    [InlineData("""{"data":[]}""")]
    [InlineData("\"text\"")]
    [InlineData("")]
    public async Task Something_that_is_no_list_is_not_an_empty_list(string answer)
    {
        await using var home = await ScriptedHome.Json(_ => answer);
        await using var client = new LegacyClient(home.Url);
        await Assert.ThrowsAsync<LegacyUnavailableException>(() => client.Sessions.List(null, default));
    }

    [Fact]
    public async Task A_list_longer_than_allowed_names_the_setting()
    {
        await using var home = await ScriptedHome.Json(_ => $"[{new string(' ', 5_000)}]");
        await using var client = new LegacyClient(home.Url, ("MaxListBytes", 4_096));
        Assert.Contains("Legacy__MaxListBytes", (await Assert.ThrowsAsync<LegacyUnavailableException>(() => client.Sessions.List(null, default))).Message, StringComparison.Ordinal);
    }
}
