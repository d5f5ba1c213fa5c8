using GaiaOrleans.Chaos.Checks;
using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Tests.Checks;

public sealed class VersionCheckTests
{
    private static Operation Write(string value, long version, long? expected = null) => new("s", "c", OperationKind.Write, value, expected, 0, 1, Outcome.Done, version, null, null, "");

    private static Operation Read(string value, long version) => new("s", "c", OperationKind.Read, value, null, 0, 1, Outcome.Done, version, null, null, "");

    private static string[] Kinds(params Operation[] history) => [.. VersionCheck.Of(history).Select(v => v.Kind)];

    [Fact]
    public void A_read_shows_what_its_version_says_or_more() =>
        Assert.Empty(Kinds(Write("a", 1), Write("b", 3), Read("a", 1), Read("b", 3), Read("b", 1)));

    /// <summary>The cluster took something over in between, which is nobody's change.</summary>
    [Fact]
    public void A_version_that_no_change_has_taken_hides_none() => Assert.Empty(Kinds(Write("a", 1), Write("b", 4), Read("a", 3)));

    [Fact]
    public void Who_builds_on_a_version_that_was_not_shown_would_overwrite_it() => Assert.Equal([ViolationKind.Lost], Kinds(Write("a", 1), Write("b", 3), Read("a", 4)));

    [Theory]
    [InlineData(4, 0)]
    [InlineData(5, 1)]
    [InlineData(3, 1)]
    public void A_change_of_a_version_is_the_next_one(long version, int violations) => Assert.Equal(violations, Kinds(Write("a", version, expected: 3)).Length);
}
