using System.Text.Json.Nodes;
using GaiaOrleans.Chaos.Checks;

namespace GaiaOrleans.Chaos.Tests.Checks;

public sealed class LedgerCheckTests
{
    [Theory]
    [InlineData("completed", 1, 1, 0)]
    [InlineData("completed", 1, 0, 1)]
    [InlineData("running", 1, 0, 0)] // it is not over
    public void Every_listed_session_has_an_outcome(string state, long migrated, long skipped, int violations) =>
        Assert.Equal(violations, LedgerCheck.Of(new JsonObject { ["state"] = state, ["listed"] = 3L, ["migrated"] = migrated, ["skipped"] = skipped, ["failed"] = 1L }).Count());
}
