using System.Net;
using GaiaOrleans.EndToEnd.Tests.Clusters;

namespace GaiaOrleans.EndToEnd.Tests.Events;

[Collection(SharedClusterTests.Name)]
public sealed class BadWebhookTests(SharedCluster shared)
{
    private const string Path = "api/migration/webhooks";

    [Theory]
    [InlineData("""{"secret":"0123456789abcdef"}""", "url")]
    [InlineData("""{"url":"receiver.example","secret":"0123456789abcdef"}""", "url")]
    [InlineData("""{"url":"http://127.0.0.1:1/","secret":"0123456789abcdef"}""", "url")]
    [InlineData("""{"url":"https://receiver.example/"}""", "secret")]
    [InlineData("""{"url":"https://receiver.example/","secret":"short"}""", "secret")]
    [InlineData("""{"url":"https://receiver.example/","secret":"0123456789abcdef","kinds":["nonsense"]}""", "kinds")]
    [InlineData("""{"url":"https://receiver.example/","secret":"0123456789abcdef","kinds":[" "]}""", "kinds")]
    [InlineData("""{"url":"https://receiver.example/","secret":"0123456789abcdef","kinds":["phase",null]}""", "kinds")]
    [InlineData("""{"url":7,"secret":"0123456789abcdef"}""", "url")]
    public async Task What_cannot_be_a_webhook_is_refused_by_name_and_is_none(string body, string field)
    {
        var answer = await shared.Silo.Post(Path, body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.NotNull(answer.Json["errors"]![field]);
        Assert.Empty((await shared.Silo.Get(Path).Ok()).Json.AsArray());
    }

    [Fact]
    public async Task One_that_is_not_there_cannot_be_removed()
    {
        var answer = await shared.Silo.Delete($"{Path}/nobody");
        Assert.Equal((HttpStatusCode.NotFound, "unknown_webhook"), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1001")]
    public async Task The_limit_of_the_deliveries_is_checked(string limit)
    {
        var answer = await shared.Silo.Get($"{Path}/deliveries?limit={limit}");
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.NotNull(answer.Json["errors"]!["limit"]);
    }
}
