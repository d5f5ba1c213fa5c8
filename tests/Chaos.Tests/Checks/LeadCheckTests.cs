using GaiaOrleans.Chaos.Checks;
using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Tests.Checks;

public sealed class LeadCheckTests
{
    [Theory]
    [InlineData(1, "go", 0)]
    [InlineData(1, "python", 1)]
    [InlineData(2, "python", 0)] // another epoch may have another lead
    public void One_side_leads_in_an_epoch(long epoch, string lead, int violations)
    {
        var first = new Operation("s", "c", OperationKind.Write, "a", null, 0, 1, Outcome.Done, 1, 1, "go", "");
        Assert.Equal(violations, LeadCheck.Of([first, first with { Value = "b", Epoch = epoch, Side = lead }]).Count());
    }
}
