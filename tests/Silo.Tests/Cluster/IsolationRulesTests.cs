using GaiaOrleans.Silo.Cluster;

namespace GaiaOrleans.Silo.Tests.Cluster;

/// <summary>A silo that cannot read the database: when it is better that it ends, and when that would only make things worse.</summary>
public sealed class IsolationRulesTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void As_long_as_a_reading_counts_nothing_is_wrong(double seconds) => Assert.Equal(Isolation.None, Judge(seconds, [null, null]));

    [Fact]
    public void A_silo_that_has_not_started_yet_is_left_to_its_start() =>
        Assert.Equal(Isolation.None, IsolationRules.Judge(null, [null, null], Lease, Patience));

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

    private static (bool Leave, bool Reason) Leaves(double seconds, bool?[] peers) => Judge(seconds, peers) is var judged ? (judged.Leave, judged.Reason is not null) : default;

    private static Isolation Judge(double seconds, bool?[] peers) => IsolationRules.Judge(TimeSpan.FromSeconds(seconds), peers, Lease, Patience);
}
