using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Silo.Tests.Legacy;

/// <summary>Lists and ids in every shape the stand-in has.</summary>
public sealed class ListShapeTests
{
    private const int Seeded = 28;

    public static TheoryData<string, string, int> Shapes()
    {
        var data = new TheoryData<string, string, int>();
        foreach (var (spelled, shape) in new[] { ("bare", "array"), ("sessions", "sessions"), ("map", "map"), ("items", "items") })
            foreach (var setting in new[] { shape, "auto" })
                // Pages that end within, exactly at, and beyond the last session.
                foreach (var size in new[] { 5, 7, 100 })
                    data.Add(spelled, setting, size);
        return data;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Every_shape_shows_every_session_once_and_resumes_after_a_restart(string spelled, string setting, int size)
    {
        await using var home = await GaiaHomeProcess.StartAsync(["--seed", $"{Seeded}", "--list-shape", spelled]);
        var clients = new Stack<LegacyClient>();
        try
        {
            var listed = await Fresh().WholeList(Fresh);
            Assert.Equal(Enumerable.Range(1, Seeded).Select(n => $"session-{n:000000}"), listed.Select(s => s.Id));
            Assert.All(listed, s => Assert.Null(s.Problem));
            Assert.Equal(listed[3].Raw.Json().GetProperty("session_name").GetString(), (await clients.Peek().Sessions.Get(listed[3].Id!, default)).Field("session_name"));
        }
        finally
        {
            foreach (var client in clients) await client.DisposeAsync();
        }

        ILegacySessions Fresh()
        {
            clients.Push(new(home.Url, ("ListShape", setting), ("PageSize", size)));
            return clients.Peek().Sessions;
        }
    }

    [Theory]
    [InlineData("bare", 5)]
    [InlineData("sessions", 5)]
    [InlineData("map", 5)]
    [InlineData("items", 5)]
    [InlineData("bare", 100)]
    [InlineData("items", 100)]
    public async Task A_legacy_without_pages_is_read_once_and_whole(string shape, int size)
    {
        await using var home = await GaiaHomeProcess.StartAsync(["--seed", $"{Seeded}", "--list-shape", shape, "--paged", "false"]);
        await using var client = new LegacyClient(home.Url, ("PageSize", size));
        Assert.Equal(Enumerable.Range(1, Seeded).Select(n => $"session-{n:000000}"), (await client.Sessions.WholeList()).Select(s => s.Id));
        Assert.Equal(1, await home.Requests("GET /api/sessions"));
    }

    [Theory]
    [InlineData("id")]
    [InlineData("session_id")]
    [InlineData("session_name")]
    [InlineData("name")]
    public async Task A_map_by_the_names_of_sessions_shows_their_ids(string member)
    {
        await using var home = await GaiaHomeProcess.StartAsync(["--seed", "12", "--list-shape", "map", "--map-key", "session_name", "--id-field", member]);
        await using var client = new LegacyClient(home.Url, ("PageSize", 5));
        var listed = await client.Sessions.WholeList();
        Assert.Equal(Enumerable.Range(1, 12).Select(n => $"session-{n:000000}"), listed.Select(s => s.Id));
        foreach (var session in listed) Assert.Equal(session.Id, (await client.Sessions.Get(session.Id!, default)).Field("id"));
        var id = Some.Id();
        Assert.IsType<LegacyAnswer.Applied>(await client.Sessions.Put(id, Some.Document(id), exists: false, default));
        Assert.Equal("POST 1", await home.Applied(id));
    }

    public static TheoryData<string, string, string> IdFields()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var member in new[] { "id", "session_id", "session_name", "name" })
            foreach (var shape in new[] { "bare", "map" })
                foreach (var setting in new[] { "auto", member })
                    data.Add(member, shape, setting);
        return data;
    }

    [Theory]
    [MemberData(nameof(IdFields))]
    public async Task Ids_are_found_under_any_member_and_new_sessions_get_theirs_there(string member, string shape, string setting)
    {
        await using var home = await GaiaHomeProcess.StartAsync(["--seed", "3", "--list-shape", shape, "--id-field", member]);
        await using var listing = new LegacyClient(home.Url, ("IdField", setting));
        Assert.Equal(["session-000001", "session-000002", "session-000003"], (await listing.Sessions.WholeList()).Select(s => s.Id));

        // One that has read nothing yet.
        await using var writing = new LegacyClient(home.Url, ("IdField", setting));
        var id = Some.Id("new/one");
        var applied = Assert.IsType<LegacyAnswer.Applied>(await writing.Sessions.Put(id, Some.Document(id, "busy"), exists: false, default));
        Assert.Equal("POST 1", await home.Applied(id));
        var found = await writing.Sessions.Get(id, default);
        Assert.Equal(applied.Hash, found.Hash);
        Assert.Equal(id, found.Raw!.Json().GetProperty(member).GetString());
        Assert.IsType<LegacyAnswer.Applied>(await writing.Sessions.Put(id, found.Document!, exists: true, default));
        Assert.Equal("POST 1, PUT 1", await home.Applied(id));

        // What we wrote must not teach a later start something else.
        await using var later = new LegacyClient(home.Url, ("IdField", setting));
        Assert.Equal(4, (await later.Sessions.WholeList()).Count(s => s.Id is not null));
        Assert.Equal("busy", (await later.Sessions.Get(id, default)).Field("status"));
    }

    [Fact]
    public async Task An_empty_legacy_that_takes_ids_elsewhere_makes_no_lost_session_silently()
    {
        await using var home = await GaiaHomeProcess.StartAsync(["--id-field", "session_id"]);
        await using var client = new LegacyClient(home.Url);
        var rejected = Assert.IsType<LegacyAnswer.Rejected>(await client.Sessions.Put("s-1", Some.Document("s-1"), exists: false, default));
        Assert.Contains("Legacy:IdField", rejected.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shape_other_than_the_configured_one_is_named()
    {
        await using var home = await GaiaHomeProcess.StartAsync(["--list-shape", "map"]);
        await using var client = new LegacyClient(home.Url, ("ListShape", "array"));
        var problem = await Assert.ThrowsAsync<GaiaOrleans.Contracts.Problems.LegacyUnavailableException>(() => client.Sessions.List(null, default));
        Assert.Contains("'map'", problem.Message, StringComparison.Ordinal);
        Assert.Contains("Legacy__ListShape=auto", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cursor_of_somebody_else_is_refused()
    {
        await using var home = await GaiaHomeProcess.StartAsync();
        await using var client = new LegacyClient(home.Url);
        foreach (var cursor in new[] { "", "session-000001", "p:0000000000000000:0/5", "p:0000000000000000:x", "z:0000000000000000:a" })
            await Assert.ThrowsAsync<GaiaOrleans.Contracts.Problems.InvalidInputException>(() => client.Sessions.List(cursor, default));
    }
}
