using System.Text.Json.Nodes;
using GaiaOrleans.Contracts.Guard;
using GaiaOrleans.Grains.Events;
using GaiaOrleans.Grains.Guard;

namespace GaiaOrleans.Postgres.Tests.Guard;

/// <summary>What every store of the guard must do.</summary>
public abstract class GuardStoreFacts
{
    protected abstract IGuardStore Store { get; }

    protected abstract IEventLog Events { get; }

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Entries_are_read_back_whole_newest_first_and_told_as_events()
    {
        var turned = new GuardEntry(
            Some.Now, GuardEntry.Turned, GuardVerdict.Ok,
            new(GuardVerdict.Pause, "go 8 % ☃ \"quoted\"", "at most 1 %", 0.08, null, 1_000, 0, 12.5, TimeSpan.FromMinutes(5)));
        var back = turned with { At = Some.Now.AddSeconds(5), Action = GuardEntry.WentBack, Before = GuardVerdict.Pause, ToPercentage = 12.5m };
        await Store.Add(turned, None);
        await Store.Add(back, None);
        Assert.Equal([back, turned], await Store.Newest(2, None));
        Assert.Equal(back, Assert.Single(await Store.Newest(1, None)));

        var told = await Events.Newest(2, [EventKinds.Guard], None);
        Assert.Equal(["rollback", "verdict"], told.Select(e => JsonNode.Parse(e.Data)!["action"]!.GetValue<string>()));
        Assert.Equal((0.08, 12.5), JsonNode.Parse(told[0].Data) is { } data
            ? (data["error_rate"]!["go"]!.GetValue<double>(), data["to_percentage"]!.GetValue<double>()) : default);
    }
}
