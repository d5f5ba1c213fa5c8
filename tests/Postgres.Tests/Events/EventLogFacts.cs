using System.Text.Json.Nodes;
using GaiaOrleans.Grains.Events;
using GaiaOrleans.Grains.Rollouts;

namespace GaiaOrleans.Postgres.Tests.Events;

/// <summary>What every event log must do. The log goes on from fact to fact.</summary>
public abstract class EventLogFacts
{
    protected abstract IEventLog Log { get; }

    protected abstract IRolloutStore Rollout { get; }

    private protected static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Events_are_read_back_whole_and_in_order()
    {
        var start = await Newest();
        for (var i = 0; i < 3; i++) Assert.True(await Log.Append(EventDraft.Of(EventKinds.Run, new { RunId = i, Reason = "\"quoted\" ☃ \0" }), None));
        var read = await Log.After(start, 100, None);
        Assert.Equal(3, read.Count);
        Assert.Equal(read.Select(e => e.Id).Order(), read.Select(e => e.Id));
        Assert.All(read, e => Assert.InRange(e.At, Some.Now.AddMinutes(-1), Some.Now.AddHours(1)));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"run_id":0,"reason":"\"quoted\" ☃ "}"""), JsonNode.Parse(read[0].Data)), read[0].Data);
        Assert.Equal(read.Skip(1), await Log.After(read[0].Id, 100, None));
        Assert.Equal(read.Take(2), await Log.After(start, 2, None));
        Assert.Empty(await Log.After(read[2].Id, 100, None));
    }

    [Fact]
    public async Task The_newest_come_first_and_can_be_of_some_kinds_only()
    {
        await Log.Append(EventDraft.Of(EventKinds.Guard, new { N = 1 }), None);
        await Log.Append(EventDraft.Of(EventKinds.Drill, new { N = 2 }), None);
        await Log.Append(EventDraft.Of(EventKinds.Guard, new { N = 3 }), None);
        Assert.Equal([EventKinds.Guard, EventKinds.Drill, EventKinds.Guard], (await Log.Newest(3, [], None)).Select(e => e.Kind));
        Assert.Equal([EventKinds.Drill], (await Log.Newest(1, [EventKinds.Drill], None)).Select(e => e.Kind));
        Assert.Equal(2, (await Log.Newest(2, [EventKinds.Guard], None)).Count);
    }

    [Fact]
    public async Task What_has_a_key_is_said_once()
    {
        var (start, key) = (await Newest(), Guid.NewGuid().ToString());
        var appended = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Log.Append(EventDraft.Of(EventKinds.Cluster, new { Silo = "one" }, key), None)));
        Assert.Single(appended, true);
        Assert.Single(await Log.After(start, 100, None));
    }

    [Fact]
    public async Task A_change_of_the_rollout_says_what_is_in_force_now()
    {
        var start = await Newest();
        var step = Some.Step((await Rollout.Read(None)).State, s => s with { GoPercentage = 12.5m }, reason: "why");
        await Rollout.Change(step.Next, step.Entry, None);
        var told = Assert.Single(await Log.After(start, 100, None));
        var data = JsonNode.Parse(told.Data)!;
        Assert.Equal((EventKinds.Split, 12.5m, "tester", "why"), (told.Kind, data["go_percentage"]!.GetValue<decimal>(), data["actor"]!.GetValue<string>(), data["reason"]!.GetValue<string>()));
        Assert.Equal("go_leads", data["dual_write"]!["mode"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_gateway_that_comes_and_goes_is_told_once_each()
    {
        var start = await Newest();
        for (var heartbeat = 0; heartbeat < 3; heartbeat++) await Rollout.Register(new("told-id", "told", "standalone", 1, heartbeat), None);
        await Rollout.RemoveGateway("told-id", Some.Operator, None);
        await Rollout.RemoveGateway("told-id", Some.Operator, None);
        var told = await Log.After(start, 100, None);
        Assert.Equal([("gateway", "registered"), ("gateway", "removed")], told.Select(e => (e.Kind, JsonNode.Parse(e.Data)!["action"]!.GetValue<string>())));
        Assert.Equal("because", JsonNode.Parse(told[1].Data)!["reason"]!.GetValue<string>());
    }

    protected async Task<long> Newest() => (await Log.Newest(1, [], None)).Select(e => e.Id).FirstOrDefault();
}
