using System.Net;
using System.Text.Json.Nodes;
using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Runs;

/// <summary>Runs as an operator drives them, through whichever silo answers.</summary>
internal static class RunCalls
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    public static Http Alive(this LocalCluster cluster) => new(cluster.Silos.First(s => !s.HasExited).Url);

    public static async Task DualWrite(this LocalCluster cluster, string ack = "both") =>
        await cluster.Alive().Post("api/migration/dual-write", $$"""{"enabled":true,"ack":"{{ack}}","reason":"tests"}""").Ok();

    public static async Task StartRun(this LocalCluster cluster, string body) => await cluster.Alive().Post("api/migration/runs", body).Ok();

    /// <summary>The run as soon as it is enough, or is no longer running; while nobody answers, it is asked again.</summary>
    public static async Task<JsonNode> UntilRun(this LocalCluster cluster, string kind, Func<JsonNode, bool> enough)
    {
        var seen = await Eventually.Get(() => cluster.TryRun(kind), run => run is not null && (enough(run) || State(run) != "running"), Deadline);
        return seen!;
    }

    /// <summary>The run after its end, which must be a good one.</summary>
    public static async Task<JsonNode> Completed(this LocalCluster cluster, string kind)
    {
        var ended = await cluster.UntilRun(kind, _ => false);
        Assert.True(State(ended) == "completed", ended.ToJsonString());
        return ended;
    }

    public static async Task<JsonNode> Run(this LocalCluster cluster, string body)
    {
        await cluster.StartRun(body);
        return await cluster.Completed(JsonNode.Parse(body)!["kind"]!.GetValue<string>());
    }

    /// <summary>Null while it cannot be asked.</summary>
    public static async Task<JsonNode?> TryRun(this LocalCluster cluster, string kind)
    {
        try
        {
            return await cluster.Alive().Get($"api/migration/runs/{kind}") is { Status: HttpStatusCode.OK } answer ? answer.Json : null;
        }
        catch (HttpRequestException)
        {
            return null; // its silo died between the look and the call
        }
    }

    public static string State(this JsonNode run) => run["state"]!.GetValue<string>();

    public static long Count(this JsonNode run, string member) => run[member]!.GetValue<long>();

    /// <summary>listed = migrated + skipped + failed, and nothing failed.</summary>
    public static void AssertClosed(this JsonNode run) =>
        Assert.True(run.Count("failed") == 0 && run.Count("listed") == run.Count("migrated") + run.Count("skipped"), run.ToJsonString());
}
