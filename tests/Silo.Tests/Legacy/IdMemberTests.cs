using System.Text;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Silo.Tests.Legacy;

/// <summary>A legacy that keeps ids under another member than <c>id</c>: what its clients read there, and what verify makes of it.</summary>
public sealed class IdMemberTests
{
    [Theory]
    [InlineData("session_id")]
    [InlineData("session_name")]
    [InlineData("name")]
    public async Task The_member_from_which_clients_read_the_id_is_shown_and_sent_back(string member)
    {
        await using var home = await GaiaHomeProcess.StartAsync(["--seed", "1", "--id-field", member]);
        await using var client = new LegacyClient(home.Url);
        const string Id = "session-000001";
        var seeded = await client.Sessions.Get(Id, default);
        Assert.Equal((Id, Id), (seeded.Field("id"), seeded.Field(member)));
        Assert.IsType<LegacyAnswer.Applied>(await client.Sessions.Put(Id, seeded.Document!, exists: true, default));
        await AssertVerified(client, Id, seeded.Document!);
    }

    /// <summary>No grain has such a name: the record is one without an id, and fails alone.</summary>
    [Theory]
    [InlineData("""[{"id":" ","status":"idle"},{"id":"a"}]""")]
    [InlineData("""{"sessions":{" ":{"status":"idle"},"a":{"id":"a"}}}""")]
    public async Task A_blank_id_is_none(string list)
    {
        await using var home = await ScriptedHome.Json(_ => list);
        await using var client = new LegacyClient(home.Url);
        Assert.Equal([null, "a"], (await client.Sessions.List(null, default)).Sessions.Select(s => s.Id));
    }

    [Theory]
    [InlineData("session_id")]
    [InlineData("session_name")]
    [InlineData("name")]
    public async Task A_document_that_says_its_id_there_is_verified(string member)
    {
        await using var home = await GaiaHomeProcess.StartAsync(["--seed", "1", "--id-field", member]);
        await using var client = new LegacyClient(home.Url);
        var id = Some.Id();
        var document = Document(id, $$""","{{member}}":"{{id}}" """);
        Assert.IsType<LegacyAnswer.Applied>(await client.Sessions.Put(id, document, exists: false, default));
        await AssertVerified(client, id, document);
    }

    [Theory]
    [InlineData("session_id")]
    [InlineData("session_name")]
    [InlineData("name")]
    public async Task A_document_that_has_its_id_only_as_id_is_verified(string member)
    {
        await using var home = await GaiaHomeProcess.StartAsync(["--seed", "1", "--id-field", member]);
        await using var client = new LegacyClient(home.Url);
        var id = Some.Id();
        var document = Document(id);
        Assert.IsType<LegacyAnswer.Applied>(await client.Sessions.Put(id, document, exists: false, default));
        await AssertVerified(client, id, document);
    }

    /// <summary>Sessions have one member for an id here: what legacy keeps under <c>id</c> beside it would be gone from the first write on, and no comparison would miss it.</summary>
    [Theory]
    [InlineData("""{"id":17,"session_name":"build"}""", false)]
    [InlineData("""{"id":"other","session_name":"build"}""", false)]
    [InlineData("""{"id":null,"session_name":"build"}""", true)]
    [InlineData("""{"id":"build","session_name":"build"}""", true)]
    public async Task One_that_has_another_id_beside_it_is_refused_and_not_taken_over_without(string record, bool kept)
    {
        await using var home = await ScriptedHome.Json(request => request.Path.Value!.EndsWith("/build", StringComparison.Ordinal) ? record : $"[{record}]");
        await using var client = new LegacyClient(home.Url, ("IdField", "session_name"));
        var listed = Assert.Single((await client.Sessions.List(null, default)).Sessions);
        Assert.Equal("build", listed.Id);
        if (kept)
        {
            Assert.NotNull((await client.Sessions.Get("build", default)).Document);
            Assert.NotNull(client.Sessions.Understand("build", listed.Raw).Document);
            return;
        }

        Assert.Contains("id holds", (await Assert.ThrowsAsync<LegacyUnavailableException>(() => client.Sessions.Get("build", default))).Message, StringComparison.Ordinal);
        Assert.Equal(["id"], Assert.Throws<InvalidInputException>(() => client.Sessions.Understand("build", listed.Raw)).Errors.Keys);
    }

    private static SessionDocument Document(string id, string more = "") =>
        SessionDocument.FromClient(id, Encoding.UTF8.GetBytes($$"""{"status":"busy","created_at":"2026-01-31T12:00:00Z"{{more}}}"""));

    private static async Task AssertVerified(LegacyClient client, string id, SessionDocument ours)
    {
        var found = await client.Sessions.Get(id, default);
        var listed = (await client.Sessions.WholeList()).Single(s => s.Id == id).Raw;
        using var go = ours.Parse();
        foreach (var raw in new[] { found.Raw!, listed }) Assert.Empty(SessionDiff.Compare(raw.Json(), go.RootElement, DiffRules.Default).Differences);
        Assert.Equal(ours.Fingerprint(SessionField.Stamped), found.Document!.Fingerprint(SessionField.Stamped));
    }
}
