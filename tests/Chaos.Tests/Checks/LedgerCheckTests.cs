using System.Text.Json.Nodes;
using GaiaOrleans.Chaos.Checks;

namespace GaiaOrleans.Chaos.Tests.Checks;

public sealed class LedgerCheckTests
{
    [Theory]
    [InlineData("completed", 1, 1, 3, 0)]
    [InlineData("completed", 1, 0, 3, 1)]
    [InlineData("completed", 1, 1, 4, 1)] // GAIA_HOME has one that was not listed
    [InlineData("failed", 1, 1, 3, 1)]
    public void Every_session_is_listed_and_has_an_outcome(string state, long migrated, long skipped, int held, int violations) =>
        Assert.Equal(violations, LedgerCheck.Of(new JsonObject { ["state"] = state, ["listed"] = 3L, ["migrated"] = migrated, ["skipped"] = skipped, ["failed"] = 1L }, held).Count());
}
