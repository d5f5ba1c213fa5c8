using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Telemetry;

namespace GaiaOrleans.Grains.Tests.Gates;

/// <summary>Gates over windows, which silos write as they do in production.</summary>
public sealed class WindowGateTests
{
    private readonly Watched _watched = new();

    [Fact]
    public async Task A_soak_is_inconclusive_then_fails_and_passes_when_it_is_long_enough()
    {
        Assert.Equal(GateStatus.Inconclusive, await At50());
        await _watched.Pass(29);
        Assert.Equal(GateStatus.Fail, await At50());
        await _watched.Pass(3);
        Assert.Equal(GateStatus.Pass, await At50());
    }

    [Fact]
    public async Task A_lower_percentage_does_not_count()
    {
        await _watched.Pass(60, percentage: 49.99m);
        Assert.Equal(GateStatus.Inconclusive, await At50());
        await _watched.Pass(32);
        Assert.Equal(GateStatus.Pass, await At50());
        Assert.Equal(GateStatus.Inconclusive, await Gate(RolloutPhase.Cutover, "soak_at_100"));
        await _watched.Pass(22, percentage: 100);
        Assert.Equal(GateStatus.Pass, await Gate(RolloutPhase.Cutover, "soak_at_100"));
    }

    [Fact]
    public async Task Minutes_that_a_silo_did_not_report_neither_count_nor_reset()
    {
        await _watched.Pass(16);
        await _watched.Pass(60, reporting: [0, 1]);
        _watched.Off(TimeSpan.FromDays(1));
        Assert.Equal(GateStatus.Fail, await At50());
        await _watched.Pass(20);
        Assert.Equal(GateStatus.Pass, await At50());
    }

    [Fact]
    public async Task What_was_before_the_phase_does_not_count()
    {
        await _watched.Pass(40);
        Assert.Equal(GateStatus.Fail, await At50(Watched.Start.AddMinutes(15)));
    }

    [Fact]
    public async Task A_breach_of_the_guard_starts_the_soak_again_but_not_the_48_hours()
    {
        await _watched.Pass(50);
        await _watched.Breach();
        await _watched.Pass(50);
        var verdict = await Verdict(RolloutPhase.Monitoring, "soak_monitoring");
        Assert.Equal(GateStatus.Fail, verdict.Status);
        Assert.Contains("breached", verdict.Evidence, StringComparison.Ordinal);
        Assert.Equal(GateStatus.Pass, await At50());
        await _watched.Pass(15);
        Assert.Equal(GateStatus.Pass, await Gate(RolloutPhase.Monitoring, "soak_monitoring"));
    }

    [Theory]
    [InlineData(0, 0, GateStatus.Inconclusive)]
    [InlineData(99, 0, GateStatus.Inconclusive)] // too few to tell
    [InlineData(100, 0, GateStatus.Pass)]
    [InlineData(99, 1, GateStatus.Fail)] // 99 % is not more than 99 %
    [InlineData(199, 1, GateStatus.Pass)]
    [InlineData(10, 2, GateStatus.Fail)] // more failures than the sample may have
    public async Task Dual_writes_succeed_or_not(int successful, int partial, GateStatus expected)
    {
        await Count(t =>
        {
            for (var i = 0; i < successful; i++) t.Successful(TimeSpan.FromMilliseconds(2));
            for (var i = 0; i < partial; i++) t.Partial(TimeSpan.FromMilliseconds(2));
        });
        Assert.Equal(expected, await Gate(RolloutPhase.DualWrite, "dual_write_success"));
    }

    [Theory]
    [InlineData(0, 0, GateStatus.Inconclusive)]
    [InlineData(99, 0, GateStatus.Inconclusive)]
    [InlineData(200, 1, GateStatus.Pass)]
    [InlineData(200, 2, GateStatus.Fail)]
    [InlineData(20, 1, GateStatus.Fail)]
    public async Task Requests_fail_or_not(int requests, int errors, GateStatus expected)
    {
        await Count(t =>
        {
            for (var i = 0; i < requests; i++) Requested(t, i < errors);
        });
        Assert.Equal(expected, await Gate(RolloutPhase.GradualRollout, "error_rate"));
    }

    [Theory]
    [InlineData(200, 10, 10, GateStatus.Pass)]
    [InlineData(200, 12, 10, GateStatus.Pass)]
    [InlineData(200, 40, 10, GateStatus.Fail)]
    [InlineData(50, 10, 10, GateStatus.Inconclusive)]
    [InlineData(0, 10, 10, GateStatus.Inconclusive)]
    public async Task The_target_is_as_quick_as_legacy_or_not(int calls, int goMs, int pythonMs, GateStatus expected)
    {
        await Count(t =>
        {
            for (var i = 0; i < calls; i++) t.Go(TimeSpan.FromMilliseconds(goMs), ok: true);
            for (var i = 0; i < calls; i++) t.Python(TimeSpan.FromMilliseconds(pythonMs), ok: true);
        });
        Assert.Equal(expected, await Gate(RolloutPhase.GradualRollout, "latency_ratio"));
    }

    [Fact]
    public async Task In_a_rehearsal_a_soak_is_a_second_without_a_change()
    {
        var state = Proof.In(RolloutPhase.GradualRollout) with { GoPercentage = 50, UpdatedAt = Some.Now.AddMilliseconds(-900) };
        var evidence = Proof.Complete with { Rehearsal = true, Windows = await _watched.Facts() };
        Assert.Equal(GateStatus.Fail, Proof.Verdict(RolloutPhase.GradualRollout, "soak_at_50", evidence, state).Status);
        Assert.Equal(GateStatus.Pass, Proof.Verdict(RolloutPhase.GradualRollout, "soak_at_50", evidence, state with { UpdatedAt = Some.Now.AddSeconds(-1) }).Status);
        Assert.Equal(GateStatus.Fail, Proof.Verdict(RolloutPhase.GradualRollout, "soak_at_50", evidence, state with { UpdatedAt = Some.Now.AddDays(-1), GoPercentage = 10 }).Status);
    }

    private static void Requested(MigrationTally tally, bool failed) => tally.Charge(new(Go: 1, GoErrors: failed ? 1 : 0, Python: 0, PythonErrors: 0));

    private async Task Count(Action<MigrationTally> counts)
    {
        await _watched.Pass(2);
        counts(_watched.Silos[1].Tally);
        await _watched.Pass(2);
    }

    private Task<GateStatus> At50(DateTimeOffset? since = null) => Gate(RolloutPhase.GradualRollout, "soak_at_50", since);

    private async Task<GateStatus> Gate(RolloutPhase leaving, string gate, DateTimeOffset? since = null) => (await Verdict(leaving, gate, since)).Status;

    private async Task<GateVerdict> Verdict(RolloutPhase leaving, string gate, DateTimeOffset? since = null) =>
        Proof.Verdict(leaving, gate, Proof.Complete with { Windows = await _watched.Facts(since) });
}
