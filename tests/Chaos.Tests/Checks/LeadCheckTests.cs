using GaiaOrleans.Chaos.Checks;
using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Tests.Checks;

public sealed class LeadCheckTests
{
    private static readonly Operation Write = new("s", "c", OperationKind.Write, "a", null, 10, 20, Outcome.Done, 1, 5, "go", "");

    private static int Violations(Operation write, double go, double python, long fencedAt = 1) =>
        LeadCheck.Of([write], new Dictionary<string, double> { ["a"] = go }, new Dictionary<string, double> { ["a"] = python }, [(fencedAt, 5)]).Count(v => v.Kind == ViolationKind.TwoLeads);

    [Theory]
    [InlineData("go", 1.000, 1.010, 0)]
    [InlineData("go", 1.010, 1.000, 1)]
    [InlineData("python", 1.010, 1.000, 0)]
    [InlineData("python", 1.000, 1.010, 1)]
    [InlineData("go", 1.001, 1.000, 0)] // a clock that shows milliseconds
    public void The_side_that_leads_has_a_change_first(string side, double go, double python, int violations) =>
        Assert.Equal(violations, Violations(Write with { Side = side }, go, python));

    [Fact]
    public void Only_what_was_asked_and_answered_once_and_in_one_epoch_says_who_led()
    {
        Assert.Equal(0, Violations(Write, 2, 1, fencedAt: 11));
        Assert.Equal(0, Violations(Write with { Epoch = 6 }, 2, 1));
        Assert.Equal(0, Violations(Write with { Attempts = 2 }, 2, 1));
        Assert.Equal(0, Violations(Write with { Outcome = Outcome.Unknown }, 2, 1));
    }
}
