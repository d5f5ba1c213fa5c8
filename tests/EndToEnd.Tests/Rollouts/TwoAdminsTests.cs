using System.Net;
using GaiaOrleans.EndToEnd.Tests.Clusters;

namespace GaiaOrleans.EndToEnd.Tests.Rollouts;

[Collection(SharedClusterTests.Name)]
public sealed class TwoAdminsTests(SharedCluster shared) : IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>Others are served by GAIA_HOME again.</summary>
    public Task DisposeAsync() => shared.Silo.Post("api/traffic-split", """{"go_percentage":0,"python_percentage":100,"force":true,"reason":"tests"}""").Ok();

    [Fact]
    public async Task Of_two_who_change_what_both_have_seen_one_wins_and_the_other_is_shown_the_present_state()
    {
        Http[] ways = [.. shared.Cluster.Silos.Take(2).Select(silo => new Http(silo.Url))];
        for (var round = 1; round <= 10; round++)
        {
            var seen = await Epoch(ways[0]);
            Assert.Equal(seen, await Epoch(ways[1]));
            var answers = await Task.WhenAll(ways.Select((silo, admin) => silo.Post("api/traffic-split", Body(round * 2 + admin, seen, $"admin {admin} in round {round}"))));
            var winner = Array.FindIndex(answers, a => a.Status == HttpStatusCode.OK);
            var loser = answers[1 - winner];
            Assert.Equal((HttpStatusCode.PreconditionFailed, "epoch_mismatch"), (loser.Status, loser.Code));
            Assert.Equal((seen + 1, round * 2 + winner), (loser.Json["current"]!["epoch"]!.GetValue<long>(), loser.Json["current"]!["go_percentage"]!.GetValue<int>()));
            Assert.Equal((seen + 1, round * 2 + winner), (await Epoch(ways[1 - winner]), await Percentage(ways[1 - winner])));
            var history = (await ways[0].Get("api/migration/history").Ok()).Json.AsArray().Where(h => h!["epoch"]!.GetValue<long>() > seen);
            Assert.Equal([$"admin {winner} in round {round}"], history.Select(h => h!["reason"]!.GetValue<string>()));
        }
    }

    private static string Body(int go, long epoch, string reason) => $$"""{"go_percentage":{{go}},"python_percentage":{{100 - go}},"expected_epoch":{{epoch}},"force":true,"reason":"{{reason}}"}""";

    private static async Task<long> Epoch(Http silo) => (await silo.Get("api/traffic-split").Ok()).Json["epoch"]!.GetValue<long>();

    private static async Task<int> Percentage(Http silo) => (await silo.Get("api/traffic-split").Ok()).Json["go_percentage"]!.GetValue<int>();
}
