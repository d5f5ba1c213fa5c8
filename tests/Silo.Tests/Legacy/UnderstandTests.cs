using System.Text;

namespace GaiaOrleans.Silo.Tests.Legacy;

public sealed class UnderstandTests : IAsyncLifetime
{
    private readonly LegacyClient _client = LegacyClient.Of(new("http://127.0.0.1:9"));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _client.DisposeAsync();

    [Theory]
    [InlineData("""{"note":"\ud83d\ude00"}""")]
    [InlineData("""{"note":"\\u0000"}""")]
    [InlineData("""{"note":"\\\\ud83d"}""")]
    [InlineData("""{"note":"\u0001\u00fc\uFFFD"}""")]
    [InlineData("""{"note":"🚧 \"quoted\""}""")]
    public void What_only_looks_as_if_it_could_not_be_stored_is_taken(string json) => Assert.NotNull(_client.Sessions.Understand("x", Encoding.UTF8.GetBytes(json)).Document);

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
