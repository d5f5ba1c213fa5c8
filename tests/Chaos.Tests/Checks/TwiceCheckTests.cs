using GaiaOrleans.Chaos.Checks;
using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Tests.Checks;

public sealed class TwiceCheckTests
{
    private static readonly Dictionary<string, Operation> Writes =
        new[] { "a", "b" }.ToDictionary(v => v, v => new Operation("s", "c", OperationKind.Write, v, null, 0, 1, Outcome.Done, 1, null, null, ""));

    private static string[] Kinds(bool excused, params string?[] registers) =>
        [.. TwiceCheck.Of("a database", [.. registers.Select(r => new HeldState("s", r, 0))], Writes, (_, _) => excused).Select(v => v.Kind)];

    [Fact]
    public void What_was_stored_again_as_it_was_is_no_second_time() => Assert.Empty(Kinds(false, "", "a", "a", "b", "b", null, ""));

    [Fact]
    public void What_comes_back_after_something_else_was_made_twice()
    {
        Assert.Equal([ViolationKind.Doubled], Kinds(false, "a", "b", "a"));
        Assert.Equal([ViolationKind.Doubled], Kinds(false, "a", null, "a"));
        Assert.Empty(Kinds(true, "a", null, "a"));
    }

    [Fact]
    public void Legacy_may_carry_out_late_what_was_held_up()
    {
        var (began, ended) = (Moments.Of(TimeSpan.FromSeconds(10)), Moments.Of(TimeSpan.FromSeconds(20)));
        bool Late(string kind, double seconds) => TwiceCheck.Late(Moments.Of(TimeSpan.FromSeconds(seconds)), [new(kind, began, ended)]);
        Assert.False(Late("legacy_hang", 9));
        Assert.True(Late("legacy_hang", 11));
        Assert.True(Late("silo_stop", 79));
        Assert.False(Late("silo_stop", 81));
        Assert.False(Late("database_slow", 11));
    }
}
