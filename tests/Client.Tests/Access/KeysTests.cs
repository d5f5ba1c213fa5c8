using System.Text.Json.Nodes;
using GaiaOrleans.Contracts.Access;

namespace GaiaOrleans.Client.Tests.Access;

public class KeysTests
{
    [Fact]
    public async Task A_key_comes_with_the_settings_that_let_it_in()
    {
        var ran = await Ran.Of(["keys", "new", "ann", "--role", "operator", "--expires", "2027-01-31"]);
        Assert.Equal(0, ran.Code);
        var key = ran.Out.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Single(word => word.StartsWith(ApiKey.Prefix, StringComparison.Ordinal));
        Assert.EndsWith($"Auth__Keys__0__Name=ann\nAuth__Keys__0__Hash={ApiKey.HashOf(key)}\nAuth__Keys__0__Role=operator\nAuth__Keys__0__Expires=2027-01-31T00:00:00Z\n", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_calls_make_two_keys_and_json_holds_the_same()
    {
        var made = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            var json = JsonNode.Parse((await Ran.Of(["keys", "new", "ann", "--role", "ADMIN", "-o", "json"])).Out)!;
            Assert.Equal("admin", (string?)json["role"]);
            Assert.Equal(ApiKey.HashOf((string)json["key"]!), (string?)json["hash"]);
            made.Add((string)json["key"]!);
        }

        Assert.NotEqual(made[0], made[1]);
    }

    [Theory]
    [InlineData("--role is client, viewer, operator, admin, not '3'", "keys", "new", "ann", "--role", "3")]
    [InlineData("--expires is a time", "keys", "new", "ann", "--role", "viewer", "--expires", "soon")]
    [InlineData("NAME must say something", "keys", "new", " ", "--role", "viewer")]
    [InlineData("--role", "keys", "new", "ann")]
    public async Task What_is_wrong_is_named(string complaint, params string[] args)
    {
        var ran = await Ran.Of(args);
        Assert.Equal(2, ran.Code);
        Assert.Contains(complaint, ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(ApiKey.Prefix, ran.Out, StringComparison.Ordinal);
    }
}
