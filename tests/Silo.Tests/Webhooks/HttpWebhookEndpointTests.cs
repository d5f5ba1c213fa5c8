using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using GaiaOrleans.Contracts.Webhooks;
using GaiaOrleans.Grains.Events;
using GaiaOrleans.Grains.Webhooks;
using GaiaOrleans.Silo.Webhooks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Silo.Tests.Webhooks;

public sealed class HttpWebhookEndpointTests
{
    private const string Secret = "a secret of the receiver";
    private static readonly MigrationEvent Event = new(42, DateTimeOffset.UnixEpoch, EventKinds.Split, """{"go_percentage":10,"reason":"☃"}""");

    [Fact]
    public async Task A_delivery_is_the_event_signed_with_its_time()
    {
        await using var receiver = await Receiver.Start(Answers(204));
        using var endpoint = Endpoint();
        var answer = await Post(endpoint, receiver.Url);
        Assert.True(answer.Delivered, answer.Reason);
        var received = Assert.Single(receiver.Requests);
        Assert.Equal(("42", "application/json"), (received.EventId, received.Type));
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"id":42,"at":"1970-01-01T00:00:00Z","kind":"split","data":{"go_percentage":10,"reason":"☃"}}"""), JsonNode.Parse(received.Body)), received.Body);

        // As a receiver checks it, from what the documents say.
        var parts = received.Signature.Split(',').Select(p => p.Split('=')).ToDictionary(p => p[0], p => p[1]);
        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"{parts["t"]}.{received.Body}"));
        Assert.Equal(Convert.ToHexStringLower(expected), parts["v1"]);
        Assert.InRange(long.Parse(parts["t"], System.Globalization.CultureInfo.InvariantCulture), TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 60, long.MaxValue);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(503)]
    public async Task Any_answer_but_success_is_a_failure_with_its_status(int status)
    {
        await using var receiver = await Receiver.Start(Answers(status));
        using var endpoint = Endpoint();
        var answer = await Post(endpoint, receiver.Url);
        Assert.Equal((false, status), (answer.Delivered, answer.Status));
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = await Receiver.Start(Answers(200));
        await using var receiver = await Receiver.Start(context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = elsewhere.Url;
            return Task.CompletedTask;
        });
        using var endpoint = Endpoint();
        var answer = await Post(endpoint, receiver.Url);
        Assert.Equal((false, 307), (answer.Delivered, answer.Status));
        Assert.Contains("redirect", answer.Reason, StringComparison.Ordinal);
        Assert.Empty(elsewhere.Requests);
    }

    /// <summary>A name says nothing about where it leads: what counts is the address that is connected to.</summary>
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::ffff:127.0.0.1]")]
    public async Task What_leads_into_the_network_is_not_connected_to(string host)
    {
        await using var receiver = await Receiver.Start(Answers(200));
        using var endpoint = Endpoint(o => o.AllowPrivate = false);
        var answer = await Post(endpoint, $"http://{host}:{receiver.Port}/hook");
        Assert.Equal((false, null), (answer.Delivered, answer.Status));
        Assert.Contains("Webhooks:AllowPrivate", answer.Reason, StringComparison.Ordinal);
        Assert.Empty(receiver.Requests);
    }

    [Fact]
    public async Task One_that_does_not_answer_in_time_has_failed()
    {
        await using var receiver = await Receiver.Start(async context => await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));
        using var endpoint = Endpoint(o => o.Timeout = TimeSpan.FromMilliseconds(200));
        Assert.Contains("0.2 s", (await Post(endpoint, receiver.Url)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_nobody_answers_at_has_failed()
    {
        string url;
        await using (var gone = await Receiver.Start(Answers(200))) url = gone.Url;
        using var endpoint = Endpoint();
        Assert.Contains("cannot be reached", (await Post(endpoint, url)).Reason, StringComparison.Ordinal);
    }

    private static Func<HttpContext, Task> Answers(int status) => context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    private static HttpWebhookEndpoint Endpoint(Action<WebhookOptions>? change = null)
    {
        var options = new WebhookOptions { AllowPrivate = true };
        change?.Invoke(options);
        return new(Options.Create(options), TimeProvider.System);
    }

    private static Task<WebhookAnswer> Post(HttpWebhookEndpoint endpoint, string url) => endpoint.Post(url, new WebhookSecret(Secret), Event, CancellationToken.None);
}
