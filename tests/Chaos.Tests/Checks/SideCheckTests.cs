using GaiaOrleans.Chaos.Checks;
using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Tests.Checks;

public sealed class SideCheckTests
{
    private static readonly Dictionary<long, SplitEpoch> Epochs = new[]
    {
        SplitEpoch.Of(1, "dual_write 0% dual-write on go_leads both conflicts latest"),
        SplitEpoch.Of(2, "gradual_rollout 50% paused dual-write on go_leads both conflicts latest"),
        SplitEpoch.Of(3, "gradual_rollout 50% dual-write off go_leads both conflicts latest"),
        SplitEpoch.Of(4, "gradual_rollout 37.5% dual-write closing go_leads both conflicts latest"),
    }.ToDictionary(e => e.Epoch);

    [Fact]
    public void The_history_says_what_the_split_was() =>
        Assert.Equal([new(1, 0, true), new(2, 50, true), new(3, 50, false) { Alone = true }, new(4, 37.5m, false)], Epochs.Values);

    [Theory]
    [InlineData("python", 1, 25, 0)]
    [InlineData("python", 2, 25, 1)]
    [InlineData("python", 2, 50, 1)]
    [InlineData("python", 2, 75, 0)]
    [InlineData("python", 2, null, 0)] // the target has it at none of those tried
    [InlineData("python", 3, 25, 0)] // legacy serves all
    [InlineData("python", 9, 25, 0)] // nobody knows
    [InlineData("go", 1, 25, 0)] // may lack a change
    public void Legacy_serves_none_of_the_targets_sessions(string side, long epoch, int? goFrom, int violations) =>
        Assert.Equal(violations, SideCheck.Of([new("s", "c", OperationKind.Read, "a", null, 0, 1, Outcome.Done, null, epoch, side, "")], goFrom, Epochs).Count(v => v.Kind == ViolationKind.WrongSide));
}
