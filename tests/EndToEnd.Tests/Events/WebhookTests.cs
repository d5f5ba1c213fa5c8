using System.Net;
using System.Text.Json.Nodes;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Events;

public sealed class WebhookTests
{
    [Fact]
    public async Task Every_event_is_delivered_in_order_though_the_receiver_refuses_and_every_silo_is_killed_once()
    {
        await using var receiver = new WebhookReceiver(refusals: 2);
        await using var cluster = await LocalCluster.StartAsync(silos: 2, sessions: 1, settings: new Dictionary<string, string?> { ["Webhooks__AllowPrivate"] = "true", ["Webhooks__FirstRetry"] = "00:00:00.200" });
        var webhook = (await cluster.Alive().Post("api/migration/webhooks", $$"""{"url":"{{receiver.Url}}","secret":"{{WebhookReceiver.Secret}}"}""").Ok()).Json;
        var first = webhook["cursor"]!.GetValue<long>();
        // A silo that is killed may have made an attempt that nobody has recorded: the refusals are over before that.
        await cluster.Happen();
        await Eventually.Get(Deliveries, made => made.Count >= 3, TimeSpan.FromSeconds(60));
        foreach (var silo in cluster.Silos)
        {
            for (var i = 0; i < 5; i++) await cluster.Happen();
            await silo.KillAsync();
            await cluster.Happen();
            await silo.RestartAsync();
        }

        await cluster.Happen();
        var expected = await Eventually.Get(
            async () => (await cluster.All()).Select(EventSilos.Id).Where(id => id > first).ToList(), ids => receiver.Accepted.Contains(ids[^1]), TimeSpan.FromSeconds(60));
        Assert.Empty(receiver.Wrong);
        Assert.Equal(expected, receiver.Accepted.Distinct().Where(id => id <= expected[^1]));
        // At least once: a killed silo may have had one that was accepted and not stored.
        Assert.InRange(receiver.Accepted.Count(id => id <= expected[^1]), expected.Count, expected.Count + cluster.Silos.Count);
        Assert.Equal(receiver.Accepted.Where(id => id <= expected[^1]).Order(), receiver.Accepted.Where(id => id <= expected[^1]));

        var listed = Assert.Single((await cluster.Alive().Get("api/migration/webhooks").Ok()).Json.AsArray())!;
        Assert.DoesNotContain(WebhookReceiver.Secret, listed.ToJsonString(), StringComparison.Ordinal);
        var deliveries = await Deliveries();
        Assert.Equal([(1, false, 503), (2, false, 503), (3, true, 200)], deliveries.Take(3).Select(d => (d["attempt"]!.GetValue<int>(), d["delivered"]!.GetValue<bool>(), d["status"]!.GetValue<int>())));
        Assert.All(cluster.Silos, s => Assert.DoesNotContain(s.Output, line => line.Contains(WebhookReceiver.Secret, StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.NoContent, (await cluster.Alive().Delete($"api/migration/webhooks/{webhook["id"]}")).Status);
        Assert.Empty((await cluster.Alive().Get("api/migration/webhooks").Ok()).Json.AsArray());

        // Oldest first.
        async Task<List<JsonNode>> Deliveries() => [.. (await cluster.Alive().Get("api/migration/webhooks/deliveries?limit=1000").Ok()).Json.AsArray().Select(d => d!).Reverse()];
    }
}
