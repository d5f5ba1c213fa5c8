using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Events;

public sealed class EventStreamTests
{
    [Fact]
    public async Task A_stream_is_taken_up_on_another_silo_without_a_gap_or_a_repetition()
    {
        await using var cluster = await LocalCluster.StartAsync(sessions: 1);
        for (var i = 0; i < 3; i++) await cluster.Happen();
        var seen = new List<long>();
        var some = new TaskCompletionSource();
        var listening = EventSilos.Listen(cluster.Silos[0].Url, 0, id =>
        {
            seen.Add(id);
            if (seen.Count > 5) some.TrySetResult();
            return false;
        });
        await some.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await cluster.Silos[0].KillAsync();
        await listening.WaitAsync(TimeSpan.FromSeconds(30));
        for (var i = 0; i < 3; i++) await cluster.Happen();
        var died = await Eventually.Get(
            cluster.All, all => all.Any(e => e["kind"]!.GetValue<string>() == "cluster" && e["data"]!["action"]!.GetValue<string>() == "died"), TimeSpan.FromSeconds(30));
        var last = EventSilos.Id(died[^1]);
        await EventSilos.Listen(cluster.Silos[1].Url, seen[^1], id =>
        {
            seen.Add(id);
            return id >= last;
        }).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(died.Select(EventSilos.Id), seen);
        // Three silos saw each of these.
        var told = died.Where(e => e["kind"]!.GetValue<string>() == "cluster").Select(e => $"{e["data"]!["action"]} {e["data"]!["silo"]}").ToList();
        Assert.Single(told, $"died {cluster.Silos[0].Name}");
        Assert.All(cluster.Silos, s => Assert.Single(told, $"joined {s.Name}"));
    }
}
