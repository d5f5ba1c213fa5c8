using GaiaOrleans.EndToEnd.Tests.Clusters;

namespace GaiaOrleans.EndToEnd.Tests.Conflicts;

/// <summary>A decision that cannot be taken as given is a 4xx that says why, and changes nothing on either side.</summary>
[Collection(ConflictClusterTests.Name)]
public sealed class BadDecisionTests(ConflictCluster conflicts)
{
    const string One = "conflicts/{conflict}/resolve";
    const string All = "conflicts/resolve";

    [Theory]
    [InlineData(One, """{"strategy":"newest","reason":"x"}""", "invalid_field", "strategy")]
    [InlineData(One, """{"strategy":7,"reason":"x"}""", "invalid_field", "strategy")]
    [InlineData(One, """{"strategy":"manual","reason":"x"}""", "invalid_field", "strategy")]
    [InlineData(One, """{"strategy":"sync","reason":"x"}""", "invalid_field", "strategy")]
    [InlineData(One, """{"strategy":"","reason":"x"}""", "missing_field", "strategy")]
    [InlineData(One, """{"reason":"x"}""", "missing_field", "strategy")]
    [InlineData(One, """{"strategy":"go_leads"}""", "reason_required", "reason")]
    [InlineData(One, """{"strategy":"go_leads","reason":" "}""", "reason_required", "reason")]
    [InlineData(One, """{"strategy":"go_leads","value":"idle","reason":"x"}""", "invalid_field", "value")]
    [InlineData(One, """{"value":"sleeping","reason":"x"}""", "invalid_field", "value")]
    [InlineData(One, """{"value":7,"reason":"x"}""", "invalid_field", "value")]
    [InlineData(One, """{"value":"\u0000","reason":"x"}""", "invalid_field", "value")]
    [InlineData(One, "go_leads", "invalid_json", "$")]
    [InlineData(One, "[]", "invalid_json", "$")]
    [InlineData(One, "", "invalid_json", "$")]
    [InlineData(All, """{"strategy":"newest","reason":"x"}""", "invalid_field", "strategy")]
    [InlineData(All, """{"strategy":"manual","reason":"x"}""", "invalid_field", "strategy")]
    [InlineData(All, """{"reason":"x"}""", "missing_field", "strategy")]
    [InlineData(All, """{"strategy":"go_leads"}""", "reason_required", "reason")]
    [InlineData(All, """{"strategy":"go_leads","reason":"x","limit":0}""", "invalid_field", "limit")]
    [InlineData(All, """{"strategy":"go_leads","reason":"x","limit":"all"}""", "invalid_field", "limit")]
    [InlineData(All, "nonsense", "invalid_json", "$")]
    [InlineData("sync", """{"session_id":"{session}","source":"both","reason":"x"}""", "invalid_field", "source")]
    [InlineData("sync", """{"session_id":"{session}","source":1,"reason":"x"}""", "invalid_field", "source")]
    [InlineData("sync", """{"session_id":"{session}","reason":"x"}""", "missing_field", "source")]
    [InlineData("sync", """{"session_id":"{session}","source":"go"}""", "reason_required", "reason")]
    [InlineData("sync", """{"source":"go","reason":"x"}""", "missing_field", "session_id")]
    [InlineData("sync", """{"session_id":"","source":"go","reason":"x"}""", "missing_field", "session_id")]
    [InlineData("sync", "{", "invalid_json", "$")]
    [InlineData("dual-write", """{"conflict_strategy":"newest","reason":"x"}""", "invalid_field", "conflict_strategy")]
    [InlineData("dual-write", """{"conflict_strategy":"sync","reason":"x"}""", "invalid_field", "conflict_strategy")]
    public async Task What_is_wrong_is_named_and_nothing_changes(string path, string body, string code, string field)
    {
        var (id, conflict) = await Open();
        var before = await Everything(id);
        var answer = await conflicts.Silo.Post($"api/migration/{path.Replace("{conflict}", $"{conflict}")}", body.Replace("{session}", id));
        Assert.Equal((400, code), ((int)answer.Status, answer.Code));
        Assert.Equal("application/problem+json", answer.Headers["Content-Type"]);
        Assert.True(answer.Json["errors"]!.AsObject().ContainsKey(field), answer.Body);
        Assert.Equal(before, await Everything(id));
    }

    [Theory]
    [InlineData("conflicts/999999999/resolve", """{"strategy":"go_leads","reason":"x"}""", "unknown_conflict")]
    [InlineData("sync", """{"session_id":"no-such-session","source":"go","reason":"x"}""", "unknown_session")]
    [InlineData("sync", """{"session_id":"no-such-session","source":"python","reason":"x"}""", "unknown_session")]
    public async Task What_is_not_there_is_404(string path, string body, string code)
    {
        var answer = await conflicts.Silo.Post($"api/migration/{path}", body);
        Assert.Equal((404, code), ((int)answer.Status, answer.Code));
        Assert.Equal(404, (int)(await conflicts.Legacy.Get("api/sessions/no-such-session")).Status);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=1001")]
    [InlineData("limit=x")]
    [InlineData("resolved=maybe")]
    public async Task A_list_that_cannot_be_is_400(string query) =>
        Assert.Equal(400, (int)(await conflicts.Silo.Get($"api/migration/conflicts?{query}")).Status);

    [Fact]
    public async Task A_conflict_that_never_was_cannot_be_shown()
    {
        var answer = await conflicts.Silo.Get("api/migration/conflicts/999999999");
        Assert.Equal((404, "unknown_conflict"), ((int)answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("""{"strategy":"python_leads","reason":"second"}""")]
    [InlineData("""{"value":"offline","reason":"second"}""")]
    public async Task A_second_decision_is_refused_and_the_first_one_stands(string second)
    {
        var (id, open) = await conflicts.Disputed();
        await conflicts.Resolve(Assert.Single(open), """{"strategy":"go_leads","reason":"first"}""").Ok();
        var before = await Everything(id);
        var answer = await conflicts.Resolve(open[0], second);
        Assert.Equal((409, "already_resolved"), ((int)answer.Status, answer.Code));
        Assert.Equal(before, await Everything(id));
    }

    /// <summary>One open conflict for all cases: none of them decides it. Made anew when another test has decided all.</summary>
    async Task<(string Session, long Conflict)> Open()
    {
        var list = (await conflicts.Silo.Get("api/migration/conflicts?resolved=false").Ok()).Json.AsArray();
        var found = list.FirstOrDefault(c => c!["field"]!.GetValue<string>() == "status") ?? Assert.Single((await conflicts.Disputed()).Open);
        return (found["session_id"]!.GetValue<string>(), found["id"]!.GetValue<long>());
    }

    async Task<string> Everything(string id) => await conflicts.Stored(id) + (await conflicts.Silo.Get("api/migration/dual-write").Ok()).Body;
}
