using System.Text;
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

    private static SessionDocument Document(string id, string more = "") =>
        SessionDocument.FromClient(id, Encoding.UTF8.GetBytes($$"""{"status":"busy","created_at":"2026-01-31T12:00:00Z"{{more}}}"""));

    private static async Task AssertVerified(LegacyClient client, string id, SessionDocument ours)
    {
        var found = await client.Sessions.Get(id, default);
        var listed = (await client.Sessions.WholeList()).Single(s => s.Id == id).Raw;
        using var go = ours.Parse();
        foreach (var raw in new[] { found.Raw!, listed }) Assert.Empty(SessionDiff.Compare(raw.Json(), go.RootElement, DiffRules.Default).Differences);
        Assert.Equal(ours.Fingerprint(), found.Document!.Fingerprint());
    }
}
