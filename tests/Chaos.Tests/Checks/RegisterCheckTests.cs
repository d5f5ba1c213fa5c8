using GaiaOrleans.Chaos.Checks;
using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Tests.Checks;

/// <summary>Histories that no correct system can produce are found; those that one can are not.</summary>
public sealed class RegisterCheckTests
{
    private static Operation Write(string value, long from, long to, long? version, Outcome outcome = Outcome.Done, long? expected = null) =>
        new("s", "c", OperationKind.Write, value, expected, from, to, outcome, version, null, null, "");

    private static Operation Read(string value, long from, long to) => new("s", "c", OperationKind.Read, value, null, from, to, Outcome.Done, null, null, null, "");

    private static string[] Kinds(params Operation[] history) => [.. RegisterCheck.Of(history).Select(v => v.Kind)];

    [Fact]
    public void Writes_at_once_may_take_either_order_and_reads_beside_them_may_show_either() =>
        Assert.Empty(Kinds(Write("a", 0, 10, 2), Write("b", 1, 9, 1), Read("b", 2, 8), Read("a", 3, 12), Read("a", 11, 13)));

    [Fact]
    public void Who_has_seen_a_change_is_not_shown_less_afterwards_but_a_list_may_show_what_is_on_its_way()
    {
        var (first, second) = (Write("a", 0, 1, 1), Write("b", 2, 9, 2));
        Assert.Equal([ViolationKind.Stale], Kinds(first, second, Read("b", 3, 4), Read("a", 5, 6)));
        Assert.Empty(Kinds(first, second, Read("b", 3, 4) with { Listed = true }, Read("a", 5, 6)));
        Assert.Equal([ViolationKind.Stale], Kinds(first, second, Read("b", 3, 4), Read("a", 5, 6) with { Listed = true }));
    }

    [Fact]
    public void A_slow_read_that_shows_more_hides_no_other() =>
        Assert.Equal([ViolationKind.Stale], Kinds(Write("a", 0, 1, 1), Write("b", 2, 30, 2), Write("c", 2, 30, 3), Read("c", 3, 20), Read("b", 5, 6), Read("a", 7, 8)));

    [Fact]
    public void What_legacy_leads_may_be_seen_and_not_be_seen_until_it_is_acknowledged()
    {
        var (first, second) = (Write("a", 0, 1, 1), Write("b", 2, 9, 2) with { Side = "python" });
        Assert.Empty(Kinds(first, second, Read("b", 3, 4), Read("a", 5, 6)));
        Assert.Equal([ViolationKind.Stale], Kinds(first, second, Read("b", 3, 4), Read("a", 10, 11)));
    }

    [Fact]
    public void What_nobody_knows_may_have_happened_or_not() =>
        Assert.Empty(Kinds(Write("a", 0, 1, 1), Write("b", 2, 3, null, Outcome.Unknown), Read("a", 4, 5), Read("b", 6, 7)));

    [Fact]
    public void A_store_without_the_version_check_acknowledges_one_place_twice() =>
        Assert.Equal([ViolationKind.Lost], Kinds(Write("a", 0, 5, 1), Write("b", 1, 6, 1)));

    [Fact]
    public void A_condition_that_was_not_looked_at_overwrites() =>
        Assert.Equal([ViolationKind.Lost], Kinds(Write("a", 0, 1, 1), Write("b", 2, 3, 2), Write("c", 4, 5, 3, expected: 1)));

    [Fact]
    public void A_place_before_one_that_was_answered_already_is_out_of_order() =>
        Assert.Equal([ViolationKind.Unordered], Kinds(Write("a", 0, 1, 2), Write("b", 2, 3, 1)));

    [Fact]
    public void A_read_after_an_acknowledged_write_shows_it_or_a_later_one() =>
        Assert.Equal([ViolationKind.Stale], Kinds(Write("a", 0, 1, 1), Write("b", 2, 3, 2), Read("a", 4, 5)));

    [Fact]
    public void What_was_seen_once_is_not_unseen() =>
        Assert.Equal([ViolationKind.Stale], Kinds(Write("a", 0, 1, 1), Write("b", 2, 20, 2), Read("b", 4, 5), Read("a", 6, 7)));

    [Fact]
    public void A_refused_write_is_never_seen() =>
        Assert.Equal([ViolationKind.Unordered], Kinds(Write("a", 0, 1, null, Outcome.Refused), Read("a", 2, 3)));

    [Fact]
    public void Nothing_is_seen_before_it_was_asked_for() =>
        Assert.Equal([ViolationKind.Unordered], Kinds(Read("a", 0, 1), Write("a", 2, 3, 1)));

    /// <summary>Applied, not recognised when it was repeated, and applied once more over somebody else's.</summary>
    [Fact]
    public void A_change_that_is_made_twice_shows_again_what_had_been_replaced() =>
        Assert.Contains(ViolationKind.Doubled, Kinds(Write("a", 0, 20, 3), Write("b", 4, 5, 2), Read("a", 2, 3), Read("b", 6, 7), Read("a", 21, 22)));
}
