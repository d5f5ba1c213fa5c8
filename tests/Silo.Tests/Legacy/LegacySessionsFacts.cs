using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Silo.Tests.Legacy;

/// <summary>What every legacy side must hold to, so that what is tested in memory is true over HTTP.</summary>
public abstract class LegacySessionsFacts
{
    protected abstract ILegacySessions Legacy { get; }

    /// <summary>As after a restart: nothing remembered but the sessions.</summary>
    protected abstract ILegacySessions Reopened();

    protected abstract Task Seed(string id, string json);

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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_wrong_belief_about_existence_does_not_keep_a_write_from_legacy(bool exists)
    {
        var id = Some.Id();
        if (!exists) await Seed(id, $$"""{"id":"{{id}}","status":"idle"}""");
        Assert.IsType<LegacyAnswer.Applied>(await Legacy.Put(id, Some.Document(id, "failed"), exists, default));
        Assert.Equal("failed", (await Legacy.Get(id, default)).Field("status"));
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
