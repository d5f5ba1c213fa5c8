using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Grains.Runs;

namespace GaiaOrleans.Grains.Tests.Runs;

public sealed class RunProofTests
{
    private static readonly RunStatus Whole = new() { Kind = IRunGrain.Verify, RunId = "whole", State = RunState.Completed };
    private static readonly RunStatus BrokenOff = new() { Kind = IRunGrain.Verify, RunId = "broken off", State = RunState.Cancelled, Proven = Whole };
    private static readonly RunStatus Dry = new() { Kind = IRunGrain.Verify, RunId = "dry", State = RunState.Completed, DryRun = true };

    [Fact]
    public void A_dry_run_takes_nothing_back()
    {
        Assert.Equal("whole", RunProof.Judged(Dry with { Before = Whole }).RunId);
        Assert.Equal("whole", RunProof.Last(Dry with { Proven = Whole })!.RunId);
    }

    /// <summary>What was broken off may have been so for what it found.</summary>
    [Fact]
    public void Nor_does_it_hide_that_a_run_was_broken_off()
    {
        Assert.Equal("broken off", RunProof.Judged(BrokenOff).RunId);
        Assert.Equal("broken off", RunProof.Judged(Dry with { Before = BrokenOff, Proven = Whole }).RunId);
    }

    [Fact]
    public void Where_there_was_no_other_it_is_what_there_is()
    {
        Assert.Equal("dry", RunProof.Judged(Dry).RunId);
        Assert.Equal("dry", RunProof.Judged(Dry with { Before = new() { Kind = IRunGrain.Verify } }).RunId);
        Assert.Null(RunProof.Last(Dry));
    }
}
