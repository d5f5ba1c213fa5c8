using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using GaiaOrleans.Grains.Events;

namespace GaiaOrleans.Grains.Tests.Events;

public sealed class MembershipEventsTests
{
    [Fact]
    public void The_first_look_tells_only_who_is_there()
    {
        var told = Told(null, Seen(5, ("a", SiloStatus.Active), ("b", SiloStatus.Joining), ("c", SiloStatus.Dead)));
        Assert.Equal(["joined a"], told);
    }

    [Theory]
    [InlineData(SiloStatus.Active, SiloStatus.Active, null)]
    [InlineData(SiloStatus.Joining, SiloStatus.Active, "joined c")]
    [InlineData(SiloStatus.Active, SiloStatus.ShuttingDown, "left c")]
    [InlineData(SiloStatus.ShuttingDown, SiloStatus.Dead, null)]
    [InlineData(SiloStatus.Active, SiloStatus.Dead, "died c")]
    [InlineData(SiloStatus.Dead, SiloStatus.Dead, null)]
    public void A_silo_joins_leaves_or_dies(SiloStatus before, SiloStatus now, string? told)
    {
        // Five more, so that quorum is never the question.
        (string, SiloStatus)[] others = [.. "vwxyz".Select(n => (n.ToString(), SiloStatus.Active))];
        Assert.Equal(told is null ? [] : [told], Told(Seen(1, [.. others, ("c", before)]), Seen(2, [.. others, ("c", now)])));
    }

    [Fact]
    public void Quorum_is_lost_with_the_silo_that_was_needed_and_comes_back_with_one()
    {
        var two = Seen(1, ("a", SiloStatus.Active), ("b", SiloStatus.Active));
        var one = Seen(2, ("a", SiloStatus.Active), ("b", SiloStatus.Dead));
        Assert.Equal(["died b", "quorum_lost"], Told(two, one));
        Assert.Equal(["joined c", "quorum_regained"], Told(one, Seen(3, ("a", SiloStatus.Active), ("b", SiloStatus.Dead), ("c", SiloStatus.Active))));
    }

    /// <summary>One saw it leave and another only that it is gone: whoever speaks first is right, and the other adds nothing.</summary>
    [Fact]
    public void The_end_of_a_silo_is_one_event_however_it_was_seen()
    {
        var whole = Seen(1, ("a", SiloStatus.Active), ("b", SiloStatus.Active), ("c", SiloStatus.Active));
        var left = Drafts(whole, Seen(2, ("a", SiloStatus.Active), ("b", SiloStatus.Active), ("c", SiloStatus.ShuttingDown)));
        var died = Drafts(whole, Seen(3, ("a", SiloStatus.Active), ("b", SiloStatus.Active), ("c", SiloStatus.Dead)));
        Assert.Equal(Assert.Single(left).Key, Assert.Single(died).Key);
        Assert.NotNull(left[0].Key);
    }

    private static List<EventDraft> Drafts(ClusterMembershipSnapshot? before, ClusterMembershipSnapshot now) => [.. MembershipEvents.Between(before, now, expected: 3)];

    private static IEnumerable<string> Told(ClusterMembershipSnapshot? before, ClusterMembershipSnapshot now) =>
        Drafts(before, now).Select(d => JsonNode.Parse(d.Data)!).Select(d => $"{d["action"]} {d["silo"]}".Trim());

    private static ClusterMembershipSnapshot Seen(int version, params (string Name, SiloStatus Status)[] silos) => new(
        silos.Select(s => new ClusterMember(SiloAddress.New(IPAddress.Loopback, s.Name[0], 1), s.Status, s.Name)).ToImmutableDictionary(m => m.SiloAddress), new(version));
}
