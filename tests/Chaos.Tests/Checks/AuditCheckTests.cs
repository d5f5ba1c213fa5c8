using GaiaOrleans.Chaos.Checks;
using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Tests.Checks;

public sealed class AuditCheckTests
{
    private static Operation Write(string value, long? version, Outcome outcome = Outcome.Done) => new("s", "c", OperationKind.Write, value, null, 0, 1, outcome, version, null, null, "");

    private static readonly Operation[] Writes = [Write("a", 1), Write("b", 2), Write("no", null, Outcome.Refused), Write("u", null, Outcome.Unknown)];

    private static HeldState[] States(params string?[] registers) => [.. registers.Select(r => new HeldState("s", r, 0))];

    private static string[] Kinds(params string?[] registers) => [.. AuditCheck.Of("a database", States(registers), Writes.ToDictionary(o => o.Value!)).Select(v => v.Kind)];

    private static string[] Stored(params string?[] registers) => [.. AuditCheck.Stored(States(registers), Writes).Select(v => v.Kind)];

    [Fact]
    public void It_holds_what_somebody_wrote_and_was_not_refused()
    {
        Assert.Empty(Kinds("", "a", null, "u", "b"));
        Assert.Equal([ViolationKind.Unordered], Kinds("", "x"));
        Assert.Equal([ViolationKind.Doubled], Kinds("", "no"));
    }

    [Fact]
    public void What_was_there_at_first_does_not_come_back()
    {
        Assert.Empty(Kinds("", "", "a"));
        Assert.Equal([ViolationKind.Lost], Kinds("", "a", ""));
        Assert.Equal([ViolationKind.Lost], Kinds(null, ""));
    }

    [Fact]
    public void What_was_acknowledged_was_stored_in_the_order_of_its_places()
    {
        Assert.Empty(Stored("", "a", "u", "b"));
        Assert.Equal([ViolationKind.Lost], Stored("", "b"));
        Assert.Equal([ViolationKind.Unordered], Stored("", "b", "a"));
    }
}
