using GaiaOrleans.Silo.Cluster;

namespace GaiaOrleans.Silo.Tests.Cluster;

/// <summary>A silo that cannot read the database: when it is better that it ends, and when that would only make things worse.</summary>
public sealed class IsolationRulesTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void As_long_as_a_reading_counts_nothing_is_wrong(double seconds) =>
        Assert.Equal(Isolation.None, IsolationRules.Judge(Isolation.None, Look, TimeSpan.FromSeconds(seconds), [null, null], Lease, Patience));

    [Fact]
    public void A_silo_that_has_not_started_yet_is_left_to_its_start() =>
        Assert.Equal(Isolation.None, IsolationRules.Judge(Isolation.None, TimeSpan.Zero, null, [null, null], Lease, Patience));

    [Fact]
    public void Cut_off_from_everybody_it_says_so_at_once_and_leaves_later()
    {
        Assert.Equal((false, true), Leaves(5, [null, null]));
        Assert.Equal((true, true), Leaves(16, [null, null]));
    }

    [Fact]
    public void Cut_off_from_the_database_alone_it_leaves_its_sessions_to_those_who_reach_it()
    {
        Assert.Equal((false, true), Leaves(5, [true, null]));
        Assert.Equal((true, true), Leaves(16, [true, null]));
    }

    [Fact]
    public void When_the_database_is_away_for_all_nobody_leaves() => Assert.Equal((false, true), Leaves(3_600, [false, null]));

    [Fact]
    public void A_silo_without_peers_waits_for_its_database() => Assert.Equal((false, true), Leaves(3_600, []));

    /// <summary>Ended, it could not start again without the database, and whoever talks to it would be refused what GAIA_HOME has.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(null)]
    public void One_that_forwards_clients_in_an_emergency_stays_for_them(bool? peer)
    {
        var judged = Watched(Isolation.None, TimeSpan.Zero, [peer], 60, forwarding: true);
        Assert.Equal((false, true), (judged.Leave, judged.Reason is not null));
        Assert.True(IsolationRules.Judge(judged, Look, TimeSpan.FromSeconds(61), [peer], Lease, Patience).Leave);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(null)]
    public void A_silo_that_stood_still_asks_before_it_leaves(bool? peer)
    {
        var hour = TimeSpan.FromHours(1);
        var woken = IsolationRules.Judge(Isolation.None, hour, hour, [peer], Lease, Patience);
        Assert.Equal((false, true), (woken.Leave, woken.Reason is not null));
        // Also where it was in doubt already when it stopped.
        var again = IsolationRules.Judge(woken, hour, hour + hour, [peer], Lease, Patience);
        Assert.False(again.Leave);
        Assert.Equal(Isolation.None, IsolationRules.Judge(again, Look, TimeSpan.Zero, [peer], Lease, Patience));
        Assert.True(Watched(again, hour + hour, [peer], looks: 5).Leave);
    }

    private static (bool Leave, bool Reason) Leaves(double seconds, bool?[] peers) => Judge(seconds, peers) is var judged ? (judged.Leave, judged.Reason is not null) : default;

    /// <summary>What it finds at last when it has looked every second since it last read.</summary>
    private static Isolation Judge(double seconds, bool?[] peers) => Watched(Isolation.None, TimeSpan.Zero, peers, (int)seconds);

    private static Isolation Watched(Isolation before, TimeSpan unread, bool?[] peers, int looks, bool forwarding = false) =>
        Enumerable.Range(1, looks).Aggregate(before, (found, i) => IsolationRules.Judge(found, Look, unread + i * Look, peers, Lease, Patience, forwarding));
}
