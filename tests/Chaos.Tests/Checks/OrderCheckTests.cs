using GaiaOrleans.Chaos.Checks;
using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Tests.Checks;

/// <summary>What clocks alone can show: changes without a version, sessions that are gone, and those nobody has changed.</summary>
public sealed class OrderCheckTests
{
    private static Operation Write(string value, long from, long to, Outcome outcome = Outcome.Done) => new("s", "c", OperationKind.Write, value, null, from, to, outcome, null, null, null, "");

    private static Operation Delete(long from, long to, Outcome outcome = Outcome.Done) => new("s", "c", OperationKind.Delete, null, null, from, to, outcome, null, null, null, "");

    private static Operation Read(string? value, long from, long to) => new("s", "c", OperationKind.Read, value, null, from, to, Outcome.Done, null, null, null, "");

    private static int Stale(params Operation[] history) => OrderCheck.Of(history).Count(v => v.Kind == ViolationKind.Stale);

    [Fact]
    public void Nobody_is_shown_what_had_been_replaced()
    {
        Assert.Equal(1, Stale(Write("a", 0, 1), Write("b", 2, 3), Read("a", 4, 5)));
        Assert.Equal(0, Stale(Write("a", 0, 2), Write("b", 1, 3), Read("a", 4, 5)));
        Assert.Equal(0, Stale(Write("a", 0, 1), Write("b", 2, 4), Read("a", 3, 5)));
        Assert.Equal(0, Stale(Write("a", 0, 1, Outcome.Unknown), Write("b", 2, 3), Read("a", 4, 5)));
        Assert.Equal(1, Stale(Write("a", 0, 1), Delete(2, 3), Read("a", 4, 5)));
    }

    [Fact]
    public void A_session_is_gone_only_where_somebody_deleted_it_last()
    {
        Assert.Equal(1, Stale(Write("a", 0, 1), Read(null, 2, 3)));
        Assert.Equal(1, Stale(Delete(0, 1), Write("a", 2, 3), Read(null, 4, 5)));
        Assert.Equal(1, Stale(Write("a", 0, 1), Read(null, 2, 3), Delete(4, 5)));
        Assert.Equal(0, Stale(Write("a", 0, 1), Delete(2, 5), Read(null, 3, 4)));
        Assert.Equal(0, Stale(Write("a", 0, 3), Delete(1, 2), Read(null, 4, 5)));
        Assert.Equal(0, Stale(Delete(0, 1, Outcome.Unknown), Write("a", 2, 3), Read(null, 4, 5)));
    }

    private static long Minutes(double minutes) => (long)(minutes * 60 * TimeProvider.System.TimestampFrequency);

    /// <summary>Of an unknown outcome a change may take effect late, but neither for ever nor again.</summary>
    [Fact]
    public void What_nobody_was_told_of_took_effect_when_it_was_seen_or_a_minute_later_at_most()
    {
        var (unknown, shown) = (Write("u", 0, 1, Outcome.Unknown), Read("u", 2, 3) with { Side = "go" });
        Assert.Equal(1, Stale(unknown, shown, Write("b", 4, 5), Read("u", 6, 7)));
        Assert.Equal(0, Stale(unknown, shown with { Side = "python" }, Write("b", 4, 5), Read("u", 6, 7)));
        Assert.Equal(0, Stale(unknown, shown with { Listed = true }, Write("b", 4, 5), Read("u", 6, 7)));
        Assert.Equal(1, Stale(unknown, Write("b", Minutes(2), Minutes(3)), Read("u", Minutes(4), Minutes(5))));
        Assert.Equal(1, Stale(Delete(0, 1, Outcome.Unknown), Write("a", Minutes(2), Minutes(3)), Read(null, Minutes(4), Minutes(5))));
    }

    /// <summary>Where both databases say when a session was not there, a delete of unknown outcome excuses no more than that.</summary>
    [Fact]
    public void A_delete_that_nobody_was_told_of_took_effect_when_the_session_was_gone_if_it_ever_was()
    {
        var (unknown, read) = (Delete(Minutes(1), Minutes(1.1), Outcome.Unknown), Read(null, Minutes(4), Minutes(4.1)));
        Operation[] history = [Write("a", Minutes(0.5), Minutes(0.6)), unknown, read];
        Assert.Equal(0, Stale(history));
        Assert.Single(OrderCheck.Of(history, []));
        Assert.Single(OrderCheck.Of(history, [Minutes(0.9), Minutes(3)]));
        Assert.Empty(OrderCheck.Of(history, [Minutes(1.5)]));
        Assert.Single(OrderCheck.Of([unknown, Write("a", Minutes(2), Minutes(2.1)), read], [Minutes(1.5)]));
    }

    [Fact]
    public void What_was_there_at_first_is_seen_until_somebody_changes_it()
    {
        Assert.Equal(0, Stale(Read(OrderCheck.Seed, 0, 1), Write("a", 0, 5), Read(OrderCheck.Seed, 2, 3)));
        Assert.Equal(1, Stale(Write("a", 0, 1), Read(OrderCheck.Seed, 2, 3)));
        Assert.Equal(1, Stale(Delete(0, 1), Read(OrderCheck.Seed, 2, 3)));
    }
}
