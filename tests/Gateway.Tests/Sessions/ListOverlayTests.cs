using System.Text;
using System.Text.Json.Nodes;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Legacy;
using GaiaOrleans.Gateway.Sessions;

namespace GaiaOrleans.Gateway.Tests.Sessions;

public sealed class ListOverlayTests
{
    private static readonly ListedSession Changed = Pending("b", """{"id":"b","status":"busy"}""");
    private static readonly ListedSession Deleted = Pending("a", null);
    private static readonly ListedSession Added = Pending("z", """{"id":"z","status":"idle"}""");

    private static ListedSession Pending(string id, string? json) => new(id, json is null ? null : Encoding.UTF8.GetBytes(json));

    private static string Overlaid(string legacy, Func<JsonObject, bool>? matches, params ListedSession[] pending)
    {
        var list = JsonNode.Parse(legacy)!;
        ListOverlay.Add(list, ListOverlay.Replace(list, pending, matches ?? (_ => true)), matches ?? (_ => true));
        return list.ToJsonString();
    }

    private static string Overlaid(string legacy) => Overlaid(legacy, null, Changed, Deleted, Added);

    [Fact]
    public void A_bare_array() => Assert.Equal(
        """[{"id":"b","status":"busy"},{"id":"c","x":1},{"id":"z","status":"idle"}]""",
        Overlaid("""[{"id":"a"},{"id":"b","status":"idle"},{"id":"c","x":1}]"""));

    [Theory]
    [InlineData("sessions")]
    [InlineData("items")]
    public void An_array_in_a_wrapper_whose_other_members_stay(string name) => Assert.Equal(
        $$"""{"page":1,"{{name}}":[{"id":"b","status":"busy"},{"id":"z","status":"idle"}],"pages":1}""",
        Overlaid($$"""{"page":1,"{{name}}":[{"id":"a"},{"id":"b"}],"pages":1}"""));

    [Fact]
    public void A_map_by_id() => Assert.Equal(
        """{"sessions":{"b":{"id":"b","status":"busy"},"c":{"x":1},"z":{"id":"z","status":"idle"}}}""",
        Overlaid("""{"sessions":{"a":{},"b":{"status":"idle"},"c":{"x":1}}}"""));

    [Fact]
    public void A_map_by_name_whose_sessions_carry_their_id()
    {
        var sessions = JsonNode.Parse(Overlaid("""{"sessions":{"first":{"id":"a"},"second":{"id":"b","status":"idle"},"third":{"id":"c"}}}"""))!["sessions"]!.AsObject();
        Assert.Equal(["second", "third", "z"], sessions.Select(s => s.Key).Order());
        Assert.Equal("busy", (string?)sessions["second"]!["status"]);
    }

    [Theory]
    [InlineData("session_id")]
    [InlineData("session_name")]
    [InlineData("name")]
    public void The_id_under_any_of_its_names(string name) =>
        Assert.Equal("""[{"id":"b","status":"busy"}]""", Overlaid($$"""[{"{{name}}":"b"}]""", null, Changed));

    /// <summary>A record may hold another thing that looks like an id, and be another session's by it.</summary>
    [Theory]
    [InlineData("""[{"session_id":"a","session_name":"b"},{"session_id":"z","session_name":"y"}]""", """[{"id":"b","status":"busy"},{"session_id":"z","session_name":"y"}]""")]
    [InlineData("""{"sessions":{"one":{"session_id":"a","session_name":"b"}}}""", """{"sessions":{"one":{"id":"b","status":"busy"}}}""")]
    public void The_id_by_which_legacy_knows_its_records_goes_before_any_other(string legacy, string expected)
    {
        var list = JsonNode.Parse(legacy)!;
        ListOverlay.Replace(list, [Changed, Deleted], _ => true, "session_name");
        Assert.Equal(expected, list.ToJsonString());
    }

    [Fact]
    public void What_legacy_did_not_list_is_put_in_only_where_it_belongs() =>
        Assert.Equal("""[{"id":"b","status":"busy"}]""", Overlaid("""[{"id":"b"}]""", s => (string?)s["status"] == "busy", Changed, Added));

    [Theory]
    [InlineData("""[{"id":"b","status":"idle"},{"id":"c"}]""", """[{"id":"c"}]""")]
    [InlineData("""{"sessions":{"b":{"status":"idle"},"c":{}}}""", """{"sessions":{"c":{}}}""")]
    public void What_is_not_asked_for_any_more_is_taken_out(string legacy, string expected) =>
        Assert.Equal(expected, Overlaid(legacy, s => (string?)s["status"] == "idle", Changed));

    [Fact]
    public void What_the_list_shows_no_state_of_is_left_for_another_page()
    {
        var list = JsonNode.Parse("""[{"id":"a"},{"id":"b"}]""")!;
        Assert.Equal([Added], ListOverlay.Replace(list, [Changed, Deleted, Added], _ => true));
        Assert.Equal("""[{"id":"b","status":"busy"}]""", list.ToJsonString());
    }

    [Fact]
    public void A_map_by_name_gets_what_is_added_under_its_name_unless_another_has_it() => Assert.Equal(
        """{"sessions":{"first":{"id":"a","session_name":"first"},"m":{"id":"m","session_name":"first"},"new":{"id":"n","session_name":"new"}}}""",
        Overlaid("""{"sessions":{"first":{"id":"a","session_name":"first"}}}""", null, Pending("n", """{"id":"n","session_name":"new"}"""), Pending("m", """{"id":"m","session_name":"first"}""")));

    [Fact]
    public void An_id_may_be_a_number() => Assert.Equal("[]", Overlaid("""[{"id":7}]""", null, Pending("7", null)));

    [Theory]
    [InlineData("[]", null, null, true)]
    [InlineData("[]", "c-2", null, false)]
    [InlineData("[]", null, "</api/sessions?cursor=c>; rel=\"next\"", false)]
    [InlineData("[]", null, "</api/sessions>; rel=\"prev\"", true)]
    [InlineData("""{"items":[],"page":1,"pages":3}""", null, null, false)]
    [InlineData("""{"items":[],"page":3,"pages":3}""", null, null, true)]
    [InlineData("""{"sessions":[],"next_cursor":"c"}""", null, null, false)]
    [InlineData("""{"sessions":[],"next_cursor":null,"has_more":false}""", null, null, true)]
    [InlineData("""{"sessions":[],"has_more":true}""", null, null, false)]
    public void The_last_page_is_the_one_that_says_of_no_more(string list, string? next, string? link, bool last) =>
        Assert.Equal(last, new LegacyList(JsonNode.Parse(list)!, next, link).Last);

    [Theory]
    [InlineData("", false)]
    [InlineData("2", false)]
    [InlineData("3", true)]
    [InlineData("no number", false)]
    public void A_page_that_is_not_numbered_is_the_one_that_was_asked_for(string page, bool last) =>
        Assert.Equal(last, new LegacyList(JsonNode.Parse("""{"items":[],"pages":3}""")!, null, null, LegacyList.AskedBy(page)).Last);

    [Fact]
    public void Several_additions_come_in_id_order() =>
        Assert.Equal("""[{"id":"m"},{"id":"y"},{"id":"z","status":"idle"}]""", Overlaid("[]", null, Added, Pending("m", """{"id":"m"}"""), Pending("y", """{"id":"y"}"""), Pending("gone", null)));

    [Theory]
    [InlineData("""[1,null,"text",{"id":true},{}]""")]
    [InlineData("""{"sessions":null}""")]
    [InlineData("""{"error":"none"}""")]
    [InlineData("7")]
    public void What_is_not_understood_stays(string legacy) => Assert.Equal(legacy, Overlaid(legacy, _ => false, Changed, Deleted));

    [Fact]
    public void Without_pending_changes_nothing_is_touched() => Assert.Equal("""[{"id":"a"}]""", Overlaid("""[{"id":"a"}]""", null));
}
