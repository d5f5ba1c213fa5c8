using GaiaOrleans.Chaos.Checks;
using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Tests.Checks;

public sealed class FenceCheckTests
{
    /// <summary>A fence that does not wait: a change of the rollout returned, and a gateway still answers by what was before.</summary>
    [Theory]
    [InlineData(9, 6, 0)] // asked for before it returned
    [InlineData(11, 7, 0)]
    [InlineData(11, 6, 1)]
    public void Who_asks_after_a_change_has_returned_is_answered_under_it(long invoked, long epoch, int violations)
    {
        var read = new Operation("s", "c", OperationKind.Read, "a", null, invoked, invoked + 5, Outcome.Done, null, epoch, null, "");
        Assert.Equal(violations, FenceCheck.Of([read], [(5, 6), (10, 7)]).Count());
    }

    [Theory]
    [InlineData("404 unknown_session", 1)]
    [InlineData("412 version_mismatch", 1)]
    [InlineData("503 lead_unavailable", 0)] // it has not looked
    public void A_refusal_is_an_answer_too(string said, int violations) =>
        Assert.Equal(violations, FenceCheck.Of([new("s", "c", OperationKind.Write, "a", null, 11, 12, Outcome.Refused, null, 6, null, said)], [(10, 7)]).Count());
}
