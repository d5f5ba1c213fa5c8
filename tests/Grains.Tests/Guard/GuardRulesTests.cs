using GaiaOrleans.Contracts.Guard;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Guard;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Windows;

namespace GaiaOrleans.Grains.Tests.Guard;

public sealed class GuardRulesTests
{
    private static readonly GuardOptions Options = new();

    [Theory]
    [InlineData(1_000, 0, GuardVerdict.Ok)]
    [InlineData(1_000, 10, GuardVerdict.Ok)]
    [InlineData(1_000, 11, GuardVerdict.Investigate)]
    [InlineData(1_000, 50, GuardVerdict.Investigate)]
    [InlineData(1_000, 51, GuardVerdict.Pause)]
    [InlineData(100, 100, GuardVerdict.Pause)]
    [InlineData(99, 99, GuardVerdict.Insufficient)]
    [InlineData(0, 0, GuardVerdict.Insufficient)]
    public void The_error_rate_of_either_side_decides_where_there_is_a_sample(int requests, int errors, GuardVerdict expected)
    {
        Assert.Equal(expected, Judge(Sums(go: (requests, errors))).Verdict);
        Assert.Equal(expected, Judge(Sums(python: (requests, errors))).Verdict);
        Assert.Equal(expected == GuardVerdict.Insufficient ? GuardVerdict.Ok : expected, Judge(Sums(go: (requests, errors), python: (1_000, 0))).Verdict);
    }

    [Theory]
    [InlineData(100, 1_000, GuardVerdict.Ok)]
    [InlineData(100.1, 1_000, GuardVerdict.Investigate)]
    [InlineData(1e6, 1_000, GuardVerdict.Investigate)]
    [InlineData(1e6, 0, GuardVerdict.Investigate)]
    [InlineData(0, 0, GuardVerdict.Insufficient)]
    public void A_lag_is_looked_into_and_never_pauses(double lagMs, int requests, GuardVerdict expected) =>
        Assert.Equal(expected, Judge(Sums(go: (requests, 0), lagMs: lagMs)).Verdict);

    [Theory]
    [InlineData(GuardVerdict.Ok, 51, GuardVerdict.Pause)]
    [InlineData(GuardVerdict.Pause, 49, GuardVerdict.Pause)]
    [InlineData(GuardVerdict.Pause, 41, GuardVerdict.Pause)]
    [InlineData(GuardVerdict.Pause, 40, GuardVerdict.Investigate)]
    [InlineData(GuardVerdict.Investigate, 49, GuardVerdict.Investigate)]
    [InlineData(GuardVerdict.Investigate, 9, GuardVerdict.Investigate)]
    [InlineData(GuardVerdict.Investigate, 8, GuardVerdict.Ok)]
    [InlineData(GuardVerdict.Ok, 9, GuardVerdict.Ok)]
    public void A_verdict_is_left_only_well_below_what_brought_it(GuardVerdict before, int errors, GuardVerdict expected) =>
        Assert.Equal(expected, Judge(Sums(go: (1_000, errors)), before).Verdict);

    [Fact]
    public void A_lag_around_its_limit_does_not_flap()
    {
        Assert.Equal(GuardVerdict.Investigate, Judge(Sums(go: (1_000, 0), lagMs: 90), GuardVerdict.Investigate).Verdict);
        Assert.Equal(GuardVerdict.Ok, Judge(Sums(go: (1_000, 0), lagMs: 80), GuardVerdict.Investigate).Verdict);
    }

    [Fact]
    public void A_verdict_names_the_figures_it_rests_on()
    {
        var reading = Judge(Sums(go: (1_000, 62), python: (500, 0), lagMs: 30));
        Assert.Equal("go 6.2 % of 1000 requests answered 5xx", reading.Observed);
        Assert.Equal((0.062, 0, 1_000, 500, 30), (reading.GoErrorRate, reading.PythonErrorRate, reading.GoSample, reading.PythonSample, reading.SyncLagP95Ms));
        Assert.Contains("pause: 5 %", reading.Required, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(60, 0, 0, true)]
    [InlineData(60, 61, 0, false)]
    [InlineData(60, 0, 70, false)]
    [InlineData(50, 0, 0, false)]
    public void The_target_is_to_blame_only_when_legacy_does_better(int goErrors, int pythonErrors, int failedCalls, bool expected) =>
        Assert.Equal(expected, GuardRules.TargetIsToBlame(Sums(go: (1_000, goErrors), python: (1_000, pythonErrors), calls: (1_000, failedCalls)), Options));

    [Fact]
    public void At_100_percent_the_writes_that_legacy_is_sent_tell_how_it_does()
    {
        Assert.True(GuardRules.TargetIsToBlame(Sums(go: (1_000, 60), calls: (1_000, 10)), Options));
        Assert.False(GuardRules.TargetIsToBlame(Sums(go: (1_000, 60)), Options));
    }

    [Fact]
    public void One_step_back_is_where_the_last_rise_came_from()
    {
        var history = new List<HistoryEntry>();
        var state = Some.Rollout();
        foreach (var percentage in (decimal[])[10, 25.5m, 50])
        {
            var step = RolloutRules.Split(state, new(percentage, new("tester", "because"), Force: true), [], Some.Now)!;
            state = step.Next;
            history.Insert(0, step.Entry);
        }

        history.Insert(0, RolloutRules.Pause(state, new("guard", "figures"), Some.Now)!.Entry);
        Assert.Equal(25.5m, GuardRules.PercentageBefore(50, history));
        Assert.Equal(10, GuardRules.PercentageBefore(25.5m, history));
        Assert.Equal(0, GuardRules.PercentageBefore(10, history));
        Assert.Null(GuardRules.PercentageBefore(70, history));
        history.Insert(0, RolloutRules.Split(state, new(10, new("tester", null)), [], Some.Now)!.Entry);
        Assert.Null(GuardRules.PercentageBefore(10, history));
    }

    /// <summary>Beside seed 914: a silo whose clock is two hours ahead resumed, and the guard looked at nothing for as long.</summary>
    [Fact]
    public void A_resume_lies_in_the_past_whatever_the_clock_of_the_silo_that_wrote_it()
    {
        var state = Some.Rollout() with { Paused = "guard: go 8 %" };
        Assert.Null(GuardRules.ResumedAt([], Some.Now));
        foreach (var (resumed, seen) in new[] { (-1, -1), (0, 0), (120, 0) })
            Assert.Equal(Some.Now.AddMinutes(seen), GuardRules.ResumedAt([RolloutRules.Resume(state, new("ann", "looked at it"), Some.Now.AddMinutes(resumed))!.Entry], Some.Now));
    }

    [Fact]
    public void What_was_counted_before_a_resume_is_not_looked_at_again()
    {
        var now = Some.Now;
        Assert.Equal(now.AddMinutes(-5), GuardRules.Since(now, null, Options));
        Assert.Equal(now.AddMinutes(-5), GuardRules.Since(now, now.AddHours(-1), Options));
        Assert.Equal(now.AddSeconds(-50), GuardRules.Since(now, now.AddMinutes(-1), Options));
    }

    [Theory]
    [InlineData(0.05, 0.05)]
    [InlineData(0.1, 0.05)]
    public void A_pause_below_investigate_is_refused_at_start(double investigate, double pause)
    {
        var result = new GuardOptionsValidator().Validate(null, new() { Investigate = investigate, Pause = pause });
        Assert.Contains("Rollout__Guard__Pause", Assert.Single(result.Failures!), StringComparison.Ordinal);
    }

    [Fact]
    public void The_defaults_are_valid_and_nonsense_is_not()
    {
        Assert.True(new GuardOptionsValidator().Validate(null, new()).Succeeded);
        Assert.True(new GuardOptionsValidator().Validate(null, new() { MinSample = 0 }).Failed);
        Assert.True(new GuardOptionsValidator().Validate(null, new() { Window = TimeSpan.Zero }).Failed);
        Assert.True(new GuardOptionsValidator().Validate(null, new() { Pause = 5 }).Failed);
    }

    private static GuardReading Judge(WindowSums sums, GuardVerdict before = GuardVerdict.Ok) => GuardRules.Judge(before, sums, TimeSpan.FromMinutes(5), Options);

    private static WindowSums Sums((int Requests, int Errors) go = default, (int Requests, int Errors) python = default, (int Calls, int Failed) calls = default, double? lagMs = null) =>
        new(WindowCounts.None with { Go = new(go.Requests, go.Errors, 0, 0), Python = new(python.Requests, python.Errors, calls.Calls, calls.Failed) }, lagMs, lagMs, 5, 5);
}
