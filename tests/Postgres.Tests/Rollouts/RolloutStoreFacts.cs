using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Gates;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Rollouts;

namespace GaiaOrleans.Postgres.Tests.Rollouts;

/// <summary>What every rollout store must do. Each store runs all of them; the epoch goes on from fact to fact.</summary>
public abstract class RolloutStoreFacts
{
    protected abstract IRolloutStore Store { get; }

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_change_is_read_back_whole()
    {
        var state = await State();
        var step = Some.Step(state, s => s with
        {
            Incarnation = 3,
            Generation = 4,
            Phase = RolloutPhase.GradualRollout,
            GoPercentage = 12.5m,
            DualWrite = new(Enabled: true, Closing: true, DualWriteMode.PythonLeads, AckPolicy.Leader),
            ConflictStrategy = ConflictStrategy.Latest,
            Salt = long.MinValue,
            Paused = "because ☃",
            PhaseSince = Some.Now.AddMinutes(-1),
            Pins = new([new("s ☃", Side.Go, Some.Now.AddHours(1), "why", "tester", Some.Now), new("t", Side.Python, null, "why", "tester", Some.Now)]),
        });
        await Store.Change(step.Next, step.Entry, None);
        Assert.Equal(step.Next, await State());

        var back = Some.Step(step.Next, s => s with { Paused = null, GoPercentage = 100, Pins = PinSet.None });
        await Store.Change(back.Next, back.Entry, None);
        Assert.Equal(back.Next, await State());
        Assert.Equal("100", (await State()).GoPercentage.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_change_of_another_epoch_is_refused_with_the_present_state(int off)
    {
        var state = await State();
        var step = Some.Step(state with { Epoch = state.Epoch + off }, s => s with { GoPercentage = 99 });
        var history = await Store.History(1000, None);
        var refusal = await Assert.ThrowsAsync<EpochMismatchException>(() => Store.Change(step.Next, step.Entry, None));
        Assert.Equal((state.Epoch + off, state), (refusal.Expected, refusal.Current));
        Assert.Equal(state, await State());
        Assert.Equal(history.Select(h => (h.Epoch, h.To)), (await Store.History(1000, None)).Select(h => (h.Epoch, h.To)));
    }

    [Fact]
    public async Task Of_concurrent_changes_exactly_one_wins()
    {
        var state = await State();
        var wins = await Task.WhenAll(Enumerable.Range(1, 16).Select(async i =>
        {
            var step = Some.Step(state, s => s with { GoPercentage = i }, reason: $"{i}");
            try
            {
                await Store.Change(step.Next, step.Entry, None);
                return i;
            }
            catch (EpochMismatchException e)
            {
                Assert.Equal(state.Epoch + 1, e.Current.Epoch);
                return 0;
            }
        }));
        var winner = Assert.Single(wins, w => w > 0);
        Assert.Equal((state.Epoch + 1, (decimal)winner), ((await State()).Epoch, (await State()).GoPercentage));
        Assert.Equal($"{winner}", Assert.Single(await Store.History(1000, None), h => h.Epoch == state.Epoch + 1).Reason);
    }

    [Fact]
    public async Task The_history_has_the_newest_first_and_is_limited()
    {
        var entries = new List<HistoryEntry>();
        for (var i = 0; i < 3; i++)
        {
            var step = Some.Step(await State(), s => s, reason: i == 1 ? null : $"reason {i} ☃");
            var entry = step.Entry with { Forced = i == 2, Moved = i == 1 ? new(10, 25.5m) : null };
            await Store.Change(step.Next, entry, None);
            entries.Insert(0, entry);
        }

        Assert.Equal(entries, (await Store.History(1000, None)).Take(3));
        Assert.Equal(entries.Take(2), await Store.History(2, None));
    }

    [Fact]
    public async Task What_moved_held_or_judged_the_rollout_is_found_however_much_else_came_since()
    {
        GateVerdict[] verdicts = [new("quorum", GateStatus.Pass, "3", "3")];
        var kept = new List<(long, string)>();
        await Keep(e => e with { Moved = new(10, 25.5m) });
        await Keep(e => e with { Action = "pause" });
        await Keep(e => e with { Action = "resume" });
        await Keep(e => e with { Action = "phase", Verdicts = verdicts });
        var found = (await Store.Milestones(1_000, None)).Take(4).ToList();
        Assert.Equal(kept, found.Select(h => (h.Epoch, h.Action)));
        Assert.Equal(verdicts, found[0].Verdicts);
        Assert.Equal(new PercentageMove(10, 25.5m), found[3].Moved);
        Assert.Equal(kept.Take(2), (await Store.Milestones(2, None)).Select(h => (h.Epoch, h.Action)));

        async Task Keep(Func<HistoryEntry, HistoryEntry> milestone)
        {
            var entry = await Change(milestone);
            kept.Insert(0, (entry.Epoch, entry.Action));
            for (var i = 0; i < 3; i++) await Change(e => e with { Action = "pin" });
        }

        async Task<HistoryEntry> Change(Func<HistoryEntry, HistoryEntry> what)
        {
            var step = Some.Step(await State(), s => s);
            var entry = what(step.Entry);
            await Store.Change(step.Next, entry, None);
            return entry;
        }
    }

    [Fact]
    public async Task What_the_gates_said_is_kept_with_the_change_and_since_when_its_phase_is_in_force_with_the_state()
    {
        GateVerdict[] verdicts =
        [
            new("quorum", GateStatus.Pass, "3 active", "2 of 3", Some.Now.AddHours(-1), "one, two, three"),
            new("team_ready", GateStatus.Inconclusive, "not attested ☃", "attested"),
            new("error_rate", GateStatus.Fail, "6 %", "≤ 0.5 %", null, "windows"),
        ];
        var since = Some.Now.AddDays(-3);
        var state = await State();
        var advance = Some.Step(state, s => s with { Phase = s.Phase == RolloutPhase.Monitoring ? RolloutPhase.Cutover : RolloutPhase.Monitoring, PhaseSince = since });
        await Store.Change(advance.Next, advance.Entry with { Verdicts = verdicts }, None);
        Assert.Equal(since, (await State()).PhaseSince);
        Assert.Equal(verdicts, (await Store.History(1, None))[0].Verdicts);

        var within = Some.Step(await State(), s => s with { Paused = "why" });
        await Store.Change(within.Next, within.Entry, None);
        Assert.Equal(since, (await State()).PhaseSince);
        var history = await Store.History(2, None);
        Assert.Null(history[0].Verdicts);
        Assert.Equal(verdicts, history[1].Verdicts);
        Assert.InRange((await Store.BeginIncarnation(within.Next.Incarnation, new("tester", "glass was broken"), None)).PhaseSince, since.AddDays(1), DateTimeOffset.MaxValue);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_new_incarnation_gives_everything_back_to_legacy_and_says_why(bool held)
    {
        var state = await State();
        var step = Some.Step(state, s => s with { Phase = RolloutPhase.Cutover, GoPercentage = 100, DualWrite = s.DualWrite with { Enabled = true, Closing = held } });
        await Store.Change(step.Next, step.Entry, None);
        var next = await Store.BeginIncarnation(step.Next.Incarnation, new("tester", "glass was broken"), None);
        Assert.Equal(next, await State());
        Assert.Equal(next, await Store.BeginIncarnation(step.Next.Incarnation, new("tester", "so somebody else says"), None));
        Assert.Equal(
            (step.Next.Incarnation + 1, step.Next.Epoch + 1, step.Next.Generation + 1, RolloutPhase.DualWrite, 0, false),
            (next.Incarnation, next.Epoch, next.Generation, next.Phase, next.GoPercentage, next.DualWrite.Enabled));
        var entry = (await Store.History(1, None))[0];
        Assert.Equal((next.Epoch, "incarnation", "tester", "glass was broken"), (entry.Epoch, entry.Action, entry.Actor, entry.Reason));
        Assert.Equal(IncarnationRules.Begin(step.Next, new("tester"), Some.Now).Entry is var e ? (e.From, e.To) : default, (entry.From, entry.To));
    }

    [Fact]
    public async Task A_gateway_in_emergency_is_seen_as_such_until_it_says_otherwise()
    {
        await Store.Register(new("id-e", "in-emergency", "standalone", 1, 0, new(Some.Now, "tester", "why", null)), None);
        Assert.True(Assert.Single(await Store.Gateways(None), g => g.Id == "id-e").Emergency);
        await Store.Register(new("id-e", "in-emergency", "standalone", 1, 0), None);
        Assert.False(Assert.Single(await Store.Gateways(None), g => g.Id == "id-e").Emergency);
        await Store.RemoveGateway("id-e", Some.Operator, None);
    }

    [Fact]
    public async Task A_finished_fence_is_remembered_and_never_goes_back()
    {
        var step = Some.Step(await State(), s => s);
        await Store.Change(step.Next, step.Entry, None);
        await Store.MarkFenced(step.Next.Epoch, None);
        await Store.MarkFenced(step.Next.Epoch - 1, None);
        Assert.Equal(step.Next.Epoch, (await State()).FencedEpoch);
    }

    [Fact]
    public async Task A_gateway_is_registered_seen_and_removed()
    {
        Assert.Equal(await State(), await Store.Register(new("id-1", "one", "silo", 5, 0), None));
        await Store.Register(new("id-2", "two", "standalone", 6, 7), None);
        await Store.Register(new("id-1", "one", "silo", 8, 9), None);
        var seen = (await Store.Gateways(None)).OrderBy(g => g.Name).ToList();
        Assert.Equal([("id-1", "one", "silo", 8, 9), ("id-2", "two", "standalone", 6, 7)], seen.Select(g => (g.Id, g.Name, g.Kind, g.Epoch, g.InFlight)));
        Assert.All(seen, g => Assert.InRange(g.SeenAt, Some.Now.AddMinutes(-1), Some.Now.AddHours(1)));
        Assert.All(seen, g => Assert.InRange(g.LeaseAgeMs, 0, 60_000));

        await Store.RemoveGateway("id-1", Some.Operator, None);
        await Store.RemoveGateway("nobody", Some.Operator, None);
        Assert.Equal("id-2", Assert.Single(await Store.Gateways(None)).Id);
        await Store.RemoveGateway("id-2", Some.Operator, None);
    }

    [Fact]
    public async Task The_next_process_of_a_name_replaces_the_one_before()
    {
        await Store.Register(new("before", "same", "silo", 1, 0), None);
        await Store.Register(new("after", "same", "silo", 1, 0), None);
        Assert.Equal("after", Assert.Single(await Store.Gateways(None)).Id);
        await Store.RemoveGateway("after", Some.Operator, None);
    }

    [Fact]
    public async Task A_gateway_that_registers_during_a_change_sees_it_or_is_seen_by_it()
    {
        for (var round = 0; round < 20; round++)
        {
            var step = Some.Step(await State(), s => s);
            var registering = Store.Register(new($"id-{round}", $"gateway-{round}", "silo", 0, 0), None);
            await Store.Change(step.Next, step.Entry, None);
            var known = (await Store.Gateways(None)).Any(g => g.Name == $"gateway-{round}");
            Assert.True(known || (await registering).Epoch == step.Next.Epoch);
            await registering;
            await Store.RemoveGateway($"id-{round}", Some.Operator, None);
        }
    }

    protected async Task<RolloutState> State() => (await Store.Read(None)).State;
}
