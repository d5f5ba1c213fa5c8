using System.Text.Json.Nodes;
using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Webhooks;
using GaiaOrleans.Grains.Events;

namespace GaiaOrleans.Cluster.Tests.Webhooks;

/// <summary>A cluster per test: a webhook gets everything that happens.</summary>
public sealed class WebhookTests : IAsyncLifetime
{
    private const string Url = "https://receiver.example/one";

    private readonly GaiaCluster _cluster = new();

    public Task InitializeAsync() => _cluster.InitializeAsync();

    public Task DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task What_happens_from_then_on_is_delivered_in_order()
    {
        Append(5);
        await Add(Url);
        var expected = Append(10);
        await Accepts(Url, expected);
        Assert.Equal(expected[^1], Assert.Single(await _cluster.Webhooks.List()).Cursor);
    }

    [Fact]
    public async Task An_event_that_is_not_accepted_is_tried_again_before_any_later_one()
    {
        var attempts = new List<long>();
        _cluster.Endpoint.Answer(Url, e =>
        {
            attempts.Add(e.Id);
            return Task.FromResult(attempts.Count is 2 or 3 ? "not now" : null);
        });
        await Add(Url);
        var sent = Append(3);
        await Accepts(Url, sent);
        Assert.Equal([sent[0], sent[1], sent[1], sent[1], sent[2]], attempts);
        // What came of an attempt is kept after it.
        await Eventually.Holds(async () => (await _cluster.Deliveries.Newest(10, CancellationToken.None)).Count == 5, "all are kept");
        Assert.Equal([(1, true), (3, true), (2, false), (1, false), (1, true)], (await _cluster.Deliveries.Newest(10, CancellationToken.None)).Select(d => (d.Attempt, d.Delivered)));
    }

    [Fact]
    public async Task One_that_does_not_answer_holds_up_no_other()
    {
        const string other = "https://receiver.example/two";
        _cluster.Endpoint.Answer(Url, _ => new TaskCompletionSource<string?>().Task);
        await Add(Url);
        await Add(other);
        await Accepts(other, Append(3));
        Assert.Empty(_cluster.Endpoint.Accepted(Url));
    }

    [Fact]
    public async Task One_that_fails_too_often_is_disabled_and_that_is_an_event()
    {
        _cluster.Endpoint.Answer(Url, _ => Task.FromResult<string?>("gone"));
        await Add(Url);
        Append(1);
        await Eventually.Holds(async () => (await _cluster.Webhooks.List())[0].Disabled is not null, "it is disabled");
        var webhook = (await _cluster.Webhooks.List())[0];
        Assert.Equal((5, "gone"), (webhook.Failures, webhook.Trouble));
        var told = JsonNode.Parse(Assert.Single(await _cluster.Events.Newest(10, [EventKinds.Webhook], CancellationToken.None)).Data)!;
        Assert.Equal(("disabled", webhook.Id), (told["action"]!.GetValue<string>(), told["id"]!.GetValue<string>()));
        Assert.DoesNotContain("/one", told.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_kinds_that_it_wants_are_delivered()
    {
        await Add(Url, EventKinds.Split);
        Append(3);
        var wanted = Append(1, EventKinds.Split);
        Append(3);
        await Accepts(Url, wanted);
    }

    [Fact]
    public async Task The_delivery_goes_on_from_its_cursor_on_another_silo_when_its_own_dies()
    {
        await Add(Url);
        await Accepts(Url, Append(20));
        var host = Host();
        var sent = Append(20);
        await Eventually.Holds(() => _cluster.Endpoint.Accepted(Url).Contains(sent[3]), "it is in the middle of them");
        await _cluster.Orleans.KillSiloAsync(_cluster.Orleans.GetActiveSilos().Single(s => s.SiloAddress.Equals(host)));
        await Eventually.Holds(async () => await Wakes() && _cluster.Endpoint.Accepted(Url).Contains(sent[^1]), "the last event is delivered");
        // At least once: one whose acceptance was not stored any more comes again, and nothing else does.
        var accepted = _cluster.Endpoint.Accepted(Url).Skip(20).ToList();
        Assert.Equal(sent, accepted.Distinct());
        Assert.InRange(accepted.Count, sent.Count, sent.Count + 1);
        Assert.NotEqual(host, Host());
    }

    [Fact]
    public async Task An_activation_that_ends_hands_on_where_it_was()
    {
        await Add(Url);
        await Accepts(Url, Append(5));
        await _cluster.Orleans.DeactivateAsync(_cluster.Webhooks);
        var sent = Append(5);
        await _cluster.Webhooks.List();
        await Accepts(Url, sent);
        Assert.Equal(10, _cluster.Endpoint.Accepted(Url).Count);
    }

    [Fact]
    public async Task One_that_was_removed_gets_nothing_more()
    {
        var webhook = await Add(Url);
        await Accepts(Url, Append(1));
        await _cluster.Webhooks.Remove(webhook.Id, Some.Caller());
        await Add("https://receiver.example/after");
        await Accepts("https://receiver.example/after", Append(3));
        Assert.Single(_cluster.Endpoint.Accepted(Url));
        Assert.Equal(webhook.Id, (await Assert.ThrowsAsync<UnknownWebhookException>(() => _cluster.Webhooks.Remove(webhook.Id, Some.Caller()))).Id);
    }

    [Theory]
    [InlineData("ftp://receiver.example/")]
    [InlineData("receiver.example")]
    [InlineData("https://user:password@receiver.example/")]
    [InlineData("http://127.0.0.1:9/")]
    [InlineData("http://[::ffff:10.0.0.1]/")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    public async Task An_address_that_cannot_be_meant_is_refused_by_name(string url)
    {
        var refusal = await Assert.ThrowsAsync<InvalidInputException>(() => Add(url));
        Assert.Equal("url", Assert.Single(refusal.Errors).Key);
        Assert.Empty(await _cluster.Webhooks.List());
    }

    private Task<Webhook> Add(string url, params string[] kinds) => _cluster.Webhooks.Add(new(url, kinds, new("0123456789abcdef"), Some.Caller()));

    /// <returns>The ids of what was appended.</returns>
    private List<long> Append(int count, string kind = EventKinds.Run)
    {
        var before = _cluster.Events.Count;
        for (var i = 0; i < count; i++) _cluster.Events.Append(EventDraft.Of(kind, new { N = i }));
        return [.. Enumerable.Range(1, count).Select(i => (long)before + i)];
    }

    private Task Accepts(string url, List<long> expected) =>
        Eventually.Holds(() => _cluster.Endpoint.Accepted(url).Count >= expected.Count && expected.SequenceEqual(_cluster.Endpoint.Accepted(url).TakeLast(expected.Count)), "the events are delivered");

    private SiloAddress Host()
    {
        Assert.True(_cluster.Orleans.TryGetGrainContext(_cluster.Webhooks.GetGrainId(), out var context));
        return context.Address.SiloAddress!;
    }

    /// <summary>As the keeper of every silo does.</summary>
    private async Task<bool> Wakes()
    {
        try
        {
            await _cluster.Webhooks.List();
            return true;
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            return false;
        }
    }
}
