using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Grains.Runs;

namespace GaiaOrleans.Grains.Tests.Runs;

public sealed class RunProgressTests
{
    [Theory]
    [InlineData("migrate", RunState.Waiting, 0, null, 0.0)]
    [InlineData("migrate", RunState.Running, 0, 200L, 0.0)]
    [InlineData("migrate", RunState.Running, 50, 200L, 0.25)]
    [InlineData("migrate", RunState.Paused, 50, 200L, 0.25)]
    [InlineData("migrate", RunState.Cancelled, 50, 200L, 0.25)]
    [InlineData("migrate", RunState.Running, 201, 200L, 1.0)]
    [InlineData("migrate", RunState.Completed, 200, null, 1.0)]
    [InlineData("migrate", RunState.Running, 50, null, null)]
    [InlineData("migrate", RunState.Running, 0, 0L, 0.0)]
    [InlineData("verify", RunState.Running, 50, null, 0.5)]
    [InlineData("verify", RunState.Running, 50, 200L, 0.25)]
    [InlineData("reconcile", RunState.Running, 50, 200L, null)]
    public void It_is_the_share_that_is_done_and_nothing_where_that_cannot_be_told(string kind, RunState state, long done, long? total, double? ratio) =>
        Assert.Equal(ratio, RunProgress.Ratio(new() { Kind = kind, State = state, Done = done, Total = total }, known: 100));
}
