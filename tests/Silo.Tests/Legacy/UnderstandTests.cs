using System.Text;
using GaiaOrleans.Contracts.Problems;

namespace GaiaOrleans.Silo.Tests.Legacy;

public sealed class UnderstandTests : IAsyncLifetime
{
    private readonly LegacyClient _client = LegacyClient.Of(new("http://127.0.0.1:9"));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _client.DisposeAsync();

    [Theory]
    [InlineData("""{"note":"a\u0000b"}""", "note")]
    [InlineData("""{"note":"\ud83d"}""", "note")]
    [InlineData("""{"note":"\ud83d\ud83d\ude00"}""", "note")]
    [InlineData("""{"note":"\ude00"}""", "note")]
    [InlineData("""{"metadata":{"list":[1,"fine","\u0000"]}}""", "metadata.list[2]")]
    [InlineData("""{"metadata":{"a\u0000":1}}""", "metadata.a\\u0000")]
    [InlineData("[]", "$")]
    [InlineData("7", "$")]
    [InlineData("{", "$")]
    [InlineData("", "$")]
    public void What_cannot_be_stored_is_refused_by_name(string json, string field)
    {
        var problem = Assert.Throws<InvalidInputException>(() => _client.Sessions.Understand("x", Encoding.UTF8.GetBytes(json)));
        Assert.Equal(field, Assert.Single(problem.Errors).Key);
    }

    [Theory]
    [InlineData("""{"note":"\ud83d\ude00"}""")]
    [InlineData("""{"note":"\\u0000"}""")]
    [InlineData("""{"note":"\\\\ud83d"}""")]
    [InlineData("""{"note":"\u0001\u00fc\uFFFD"}""")]
    [InlineData("""{"note":"🚧 \"quoted\""}""")]
    public void What_only_looks_like_it_is_taken(string json) => Assert.NotNull(_client.Sessions.Understand("x", Encoding.UTF8.GetBytes(json)).Document);

    [Fact]
    public async Task Stamped_fields_do_not_make_another_document()
    {
        var one = _client.Sessions.Understand("x", """{"id":"x","updated_at":1}"""u8.ToArray());
        Assert.Equal(one.Hash, _client.Sessions.Understand("x", """{"updated_at":2,"id":"x"}"""u8.ToArray()).Hash);
        await using var stricter = new LegacyClient(new("http://127.0.0.1:9"), ("StampedFields:0", "etag"));
        Assert.NotEqual(
            stricter.Sessions.Understand("x", """{"id":"x","updated_at":1}"""u8.ToArray()).Hash,
            stricter.Sessions.Understand("x", """{"id":"x","updated_at":2,"etag":1}"""u8.ToArray()).Hash);
    }
}
