using System.Text;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Silo.Tests.Legacy;

/// <summary>What every legacy side must hold to, so that what is tested in memory is true over HTTP.</summary>
public abstract class LegacySessionsFacts
{
    protected abstract ILegacySessions Legacy { get; }

    /// <summary>As after a restart: nothing remembered but the sessions.</summary>
    protected abstract ILegacySessions Reopened();

    /// <summary>The same sessions, where clients are said to write past us.</summary>
    protected abstract ILegacySessions WithDirectWriters();

    protected abstract Task Seed(string id, string json);

    /// <summary>Somebody else deletes it there.</summary>
    protected abstract Task Remove(string id);

    protected abstract Task GoDown();

    protected abstract Task ComeBack();

    /// <summary>The next write is applied and its answer lost.</summary>
    protected abstract Task LoseTheNextAnswer();

    /// <summary>The next write is answered 422.</summary>
    protected abstract Task RefuseTheNextWrite();

    [Fact]
    public async Task What_legacy_does_not_have_is_absent() => Assert.Same(LegacyRead.Absent, await Legacy.Get(Some.Id("absent"), default));

    [Fact]
    public async Task A_created_session_is_found_with_the_hash_that_the_write_answered()
    {
        var id = Some.Id();
        var applied = Assert.IsType<LegacyAnswer.Applied>(await Legacy.Put(id, Some.Document(id, "busy"), exists: false, default));
        var found = await Legacy.Get(id, default);
        Assert.Equal("busy", found.Field("status"));
        Assert.Equal(id, found.Field("id"));
        Assert.Empty(found.Misfits);
        Assert.NotNull(applied.Hash);
        Assert.Equal(applied.Hash, found.Hash);
    }

    [Fact]
    public async Task Writing_the_same_again_gives_the_same_hash_and_another_document_another()
    {
        var id = Some.Id();
        var first = Assert.IsType<LegacyAnswer.Applied>(await Legacy.Put(id, Some.Document(id), exists: false, default));
        var again = Assert.IsType<LegacyAnswer.Applied>(await Legacy.Put(id, Some.Document(id), exists: true, default));
        var other = Assert.IsType<LegacyAnswer.Applied>(await Legacy.Put(id, Some.Document(id, "paused"), exists: true, default));
        Assert.Equal(first.Hash, again.Hash);
        Assert.NotEqual(first.Hash, other.Hash);
    }

    [Fact]
    public async Task A_new_session_replaces_one_that_legacy_turns_out_to_have()
    {
        var id = Some.Id();
        await Seed(id, $$"""{"id":"{{id}}","status":"idle"}""");
        Assert.IsType<LegacyAnswer.Applied>(await Legacy.Put(id, Some.Document(id, "failed"), exists: false, default));
        Assert.Equal("failed", (await Legacy.Get(id, default)).Field("status"));
    }

    [Fact]
    public async Task A_session_that_somebody_else_deleted_is_gone_and_stays_so_until_it_is_created()
    {
        var id = Some.Id();
        await Legacy.Put(id, Some.Document(id), exists: false, default);
        await Remove(id);
        Assert.IsType<LegacyAnswer.Gone>(await Legacy.Put(id, Some.Document(id, "busy"), exists: true, default));
        Assert.Same(LegacyRead.Absent, await Legacy.Get(id, default));
        Assert.IsType<LegacyAnswer.Applied>(await Legacy.Put(id, Some.Document(id, "failed"), exists: false, default));
        Assert.Equal("failed", (await Legacy.Get(id, default)).Field("status"));
    }

    [Fact]
    public void Others_write_only_where_that_is_said()
    {
        Assert.False(Legacy.OthersWrite);
        Assert.True(WithDirectWriters().OthersWrite);
    }

    [Fact]
    public async Task The_circuit_of_a_healthy_legacy_is_closed()
    {
        Assert.Equal("closed", Legacy.Circuit);
        await Legacy.Get(Some.Id(), default);
        Assert.Equal("closed", Legacy.Circuit);
    }

    [Fact]
    public async Task Deleting_twice_is_deleting_once()
    {
        var id = Some.Id();
        await Legacy.Put(id, Some.Document(id), exists: false, default);
        Assert.Null(Assert.IsType<LegacyAnswer.Applied>(await Legacy.Delete(id, default)).Hash);
        Assert.Null(Assert.IsType<LegacyAnswer.Applied>(await Legacy.Delete(id, default)).Hash);
        Assert.Null((await Legacy.Get(id, default)).Document);
    }

    [Fact]
    public async Task Members_that_nobody_knows_come_back_as_they_were_sent()
    {
        var id = Some.Id();
        var more = ""","zeta":{"b":[1,2.5,null,"ß☃"],"a":false},"legacy_shard":7,"ALPHA":" spaces "}""";
        await Legacy.Put(id, Some.Document(id, more: more[..^1]), exists: false, default);
        var found = await Legacy.Get(id, default);
        Assert.Equal("7", found.Field("legacy_shard"));
        Assert.Equal(" spaces ", found.Field("ALPHA"));
        Assert.Equal("""{"b":[1,2.5,null,"ß☃"],"a":false}""", System.Text.RegularExpressions.Regex.Unescape(found.Field("zeta")!));
    }

    [Fact]
    public async Task A_list_shows_every_session_once_also_when_each_page_is_asked_for_after_a_restart()
    {
        var ids = Enumerable.Range(0, 230).Select(_ => Some.Id("listed")).ToHashSet();
        foreach (var id in ids) await Seed(id, $$"""{"id":"{{id}}","status":"idle"}""");
        var listed = await Legacy.WholeList(Reopened);
        Assert.All(listed, entry => Assert.Null(entry.Problem));
        Assert.Equal(ids.Order(), listed.Select(s => s.Id!).Where(ids.Contains).Order());
    }

    [Fact]
    public async Task A_listed_record_is_understood_as_if_it_had_been_read_alone()
    {
        var id = Some.Id();
        await Seed(id, $$"""{"id":"{{id}}","status":"SessionStatus.ACTIVE","last_heartbeat":1767225600.25,"tier":"unheard of"}""");
        var alone = await Legacy.Get(id, default);
        var listed = Legacy.Understand(id, (await Legacy.WholeList()).Single(s => s.Id == id).Raw);
        Assert.Equal(alone.Hash, listed.Hash);
        Assert.Equal(alone.Document!.Utf8, listed.Document!.Utf8);
        Assert.Equal("active", listed.Field("status"));
        Assert.Equal("tier", Assert.Single(listed.Misfits).Field.Name);
    }

    [Fact]
    public void What_cannot_be_read_as_a_session_is_refused_by_name()
    {
        foreach (var (json, field) in new[]
                 {
                     ("""{"note":"a\u0000b"}""", "note"), ("""{"note":"\ud83d"}""", "note"), ("""{"note":"\ud83d\ud83d\ude00"}""", "note"),
                     ("""{"note":"\ude00"}""", "note"), ("""{"metadata":{"list":[1,"fine","\u0000"]}}""", "metadata.list[2]"),
                     ("""{"metadata":{"a\u0000":1}}""", "metadata.a\\u0000"), ("[]", "$"), ("7", "$"), ("{", "$"), ("", "$"), ("<html>", "$"),
                 })
        {
            var problem = Assert.Throws<InvalidInputException>(() => Legacy.Understand("x", Encoding.UTF8.GetBytes(json)));
            Assert.Equal((json, field), (json, Assert.Single(problem.Errors).Key));
        }
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("a/b")]
    [InlineData("a%2Fb")]
    [InlineData("ü ☃ 観測者 🚧")]
    [InlineData("a?b#c&d=e+f;g")]
    [InlineData("a\\b\"c'd")]
    [InlineData("../../health")]
    [InlineData("%2E%2E")]
    public async Task Any_id_names_its_own_session_and_no_other(string id)
    {
        Assert.IsType<LegacyAnswer.Applied>(await Legacy.Put(id, Some.Document(id), exists: false, default));
        Assert.IsType<LegacyAnswer.Applied>(await Legacy.Put(id, Some.Document(id, "active"), exists: true, default));
        var found = await Legacy.Get(id, default);
        Assert.Equal(id, found.Field("id"));
        Assert.Equal("active", found.Field("status"));
        Assert.Contains(await Legacy.WholeList(), s => s.Id == id);
        Assert.IsType<LegacyAnswer.Applied>(await Legacy.Delete(id, default));
        Assert.Null((await Legacy.Get(id, default)).Document);
    }

    [Fact]
    public async Task A_legacy_that_is_down_is_not_an_empty_one()
    {
        var id = Some.Id();
        await Legacy.Put(id, Some.Document(id), exists: false, default);
        await GoDown();
        await Assert.ThrowsAsync<LegacyUnavailableException>(() => Legacy.Get(id, default));
        await Assert.ThrowsAsync<LegacyUnavailableException>(() => Legacy.List(null, default));
        Assert.False(await Legacy.Ping(default));
        Assert.Equal("unavailable", Assert.IsType<LegacyAnswer.Failed>(await Legacy.Put(id, Some.Document(id, "busy"), exists: true, default)).Code);
        Assert.Equal("unavailable", Assert.IsType<LegacyAnswer.Failed>(await Legacy.Delete(id, default)).Code);
        await ComeBack();
        Assert.True(await Legacy.Ping(default));
        Assert.Equal("idle", (await Legacy.Get(id, default)).Field("status"));
    }

    [Fact]
    public async Task A_lost_answer_is_neither_success_nor_failure()
    {
        var id = Some.Id();
        await Legacy.Put(id, Some.Document(id), exists: false, default);
        await LoseTheNextAnswer();
        Assert.IsType<LegacyAnswer.Unknown>(await Legacy.Put(id, Some.Document(id, "offline"), exists: true, default));
        Assert.Equal("offline", (await Legacy.Get(id, default)).Field("status"));
    }

    [Fact]
    public async Task A_refused_write_says_what_legacy_said_and_changes_nothing()
    {
        var id = Some.Id();
        await Legacy.Put(id, Some.Document(id), exists: false, default);
        await RefuseTheNextWrite();
        var rejected = Assert.IsType<LegacyAnswer.Rejected>(await Legacy.Put(id, Some.Document(id, "offline"), exists: true, default));
        Assert.Equal(422, rejected.Status);
        Assert.Contains("refused", rejected.Body, StringComparison.Ordinal);
        Assert.Equal("idle", (await Legacy.Get(id, default)).Field("status"));
    }
}
