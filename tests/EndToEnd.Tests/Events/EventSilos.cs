using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Events;

/// <summary>What tests of the events do to a cluster, and see of it.</summary>
internal static class EventSilos
{
    private static readonly HttpClient Streams = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };

    public static Http Alive(this LocalCluster cluster) => new(cluster.Silos.First(s => !s.HasExited).Url);

    /// <summary>Something that happens: two events.</summary>
    public static async Task Happen(this LocalCluster cluster)
    {
        foreach (var word in (string[])["pause", "resume"])
            await Eventually.Get(() => Try(() => cluster.Alive().Post($"api/migration/{word}", """{"reason":"tests"}""")), a => a is { Status: System.Net.HttpStatusCode.OK }, TimeSpan.FromSeconds(40));
    }

    /// <summary>Every event there is, oldest first.</summary>
    public static async Task<List<JsonNode>> All(this LocalCluster cluster) =>
        [.. (await cluster.Alive().Get("api/migration/events?limit=1000", ("Accept", "application/json")).Ok()).Json.AsArray().Select(e => e!).Reverse()];

    public static long Id(JsonNode e) => e["id"]!.GetValue<long>();

    /// <summary>Reads a silo's stream until it breaks off or <paramref name="enough"/> says so.</summary>
    public static async Task Listen(Uri silo, long after, Func<long, bool> enough)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(silo, "api/migration/events?after=0"));
        if (after > 0) request.Headers.TryAddWithoutValidation("Last-Event-ID", $"{after}");
        try
        {
            using var response = await Streams.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode}");
            await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync())
                if (enough(long.Parse(item.EventId!, System.Globalization.CultureInfo.InvariantCulture)))
                    return;
        }
        // The silo was killed: what a client sees of it.
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
        }
    }

    private static async Task<Answer?> Try(Func<Task<Answer>> ask)
    {
        try
        {
            return await ask();
        }
        // The silo that was asked was killed just now.
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
