using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>Histories worth a name: what the random ones found, and each window in which a process can die.</summary>
public sealed class NamedHistoryTests
{
    private static readonly Command PythonLeads = new Command.Settings(DualWriteMode.PythonLeads, AckPolicy.Both);
    private static readonly Command AckByLeader = new Command.Settings(DualWriteMode.GoLeads, AckPolicy.Leader);
    private static readonly Command AckByBoth = new Command.Settings(DualWriteMode.GoLeads, AckPolicy.Both);

    public static TheoryData<DualWriteMode, AckPolicy, int, int, int> Windows()
    {
        var data = new TheoryData<DualWriteMode, AckPolicy, int, int, int>();
        foreach (var mode in Enum.GetValues<DualWriteMode>())
            foreach (var ack in Enum.GetValues<AckPolicy>())
                foreach (var crash in Enum.GetValues<CrashPoint>())
                    foreach (var fate in Enum.GetValues<Fate>())
                        foreach (var delay in new[] { 0, 2_990 })
                            data.Add(mode, ack, (int)crash, (int)fate, delay);
        return data;
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void A_process_that_dies_in_any_window_loses_and_doubles_nothing(DualWriteMode mode, AckPolicy ack, int crash, int fate, int delay)
    {
        var weather = Weather.Fine with { Crash = (CrashPoint)crash, Fate = (Fate)fate, DelayMs = delay };
        foreach (var kind in new[] { ChangeKind.Create, ChangeKind.Replace })
            Play(new Command.Settings(mode, ack), Write(0, kind, weather), Retry(0), Write(0, ChangeKind.Merge, weather), Retry(0), Write(0, ChangeKind.Delete, weather), Retry(0));
    }

    [Fact]
    public void An_intent_that_legacy_may_have_taken_is_not_withdrawn_because_a_later_send_fails() =>
        Play(PythonLeads, Write(1, ChangeKind.Merge, Answer(Fate.UnknownApplied)), new Command.Pass(5_000), new Command.Repair(Answer(Fate.Failed)));

    [Fact]
    public void An_intent_that_legacy_may_have_taken_is_not_withdrawn_because_a_later_send_is_rejected() =>
        Play(PythonLeads, Write(1, ChangeKind.Merge, Answer(Fate.UnknownApplied)), new Command.Pass(5_000), new Command.Repair(Answer(Fate.Rejected)));

    [Fact]
    public void A_pending_change_survives_an_intent_that_was_withdrawn_on_top_of_it() =>
        Play(Write(1, ChangeKind.Merge, Answer(Fate.Failed)), PythonLeads, Write(1, ChangeKind.Merge, Answer(Fate.Failed)));

    [Fact]
    public void A_change_that_was_acknowledged_and_rejected_survives_a_new_generation() => Play(
        Write(1, ChangeKind.Merge, Answer(Fate.UnknownApplied)), Write(1, ChangeKind.Merge, Answer(Fate.Rejected)),
        new Command.DualWrite(false), new Command.DualWrite(true), Write(1, ChangeKind.Merge, Weather.Fine));

    [Fact]
    public void A_write_that_legacy_took_is_not_called_refused_because_the_store_is_down_then() =>
        Play(PythonLeads, Write(0, ChangeKind.Create, Weather.Fine with { Store = StoreFault.Down, FaultAt = 1 }));

    // The second send starts when the first has ended: the lease taken with its commit is older, and the first answer must not give it back.
    [Fact]
    public void A_send_that_waited_for_the_one_before_it_is_covered_by_a_lease() => Play(
        AckByLeader, Write(1, ChangeKind.Merge, Slow), Write(1, ChangeKind.Merge, Slow), new Command.Pass(3_000), new Command.Kill(1), Write(1, ChangeKind.Merge, Fast),
        new Command.Pass(1_000));

    [Fact]
    public void A_send_that_waited_for_a_dead_activations_lease_is_covered_by_a_lease() => Play(
        AckByLeader, Write(1, ChangeKind.Merge, Slow), new Command.Kill(1), Write(1, ChangeKind.Merge, Slow), new Command.Pass(5_000), new Command.Kill(1),
        Write(1, ChangeKind.Merge, Fast), new Command.Pass(1_000));

    [Fact]
    public void A_refusal_that_comes_while_the_next_change_is_being_stored_leaves_no_conflict_open_behind_it() => Play(
        AckByLeader, Write(1, ChangeKind.Replace, Answer(Fate.Rejected)), AckByBoth, Write(1, ChangeKind.Merge, Weather.Fine with { Store = StoreFault.Late }));

    [Fact]
    public void A_request_of_a_dead_activation_ends_before_legacy_leads() => Play(
        Write(1, ChangeKind.Merge, Weather.Fine with { DelayMs = 50, Crash = CrashPoint.InFlight }), PythonLeads, Write(1, ChangeKind.Merge, Weather.Fine));

    [Fact]
    public void A_send_that_is_under_way_ends_before_legacy_leads() => Play(
        AckByLeader, Write(0, ChangeKind.Create, Weather.Fine), Write(0, ChangeKind.Delete, Weather.Fine), PythonLeads, Write(0, ChangeKind.Create, Weather.Fine));

    [Fact]
    public void Two_activations_do_not_overwrite_each_other()
    {
        var merges = Enumerable.Range(0, 12).Select(i => new Command.Write(1, ChangeKind.Merge, Keyed: true, IfMatch: false, Duplicate: i % 2 == 0, Repeated: false, Weather.Fine));
        Play([new Command.Split(1), .. merges]);
    }

    // An acknowledgement does not change the commit id, so whoever loaded the row before it believes for ever that something is pending.
    [Fact]
    public void An_activation_that_missed_an_acknowledgement_does_not_overwrite_a_direct_write() => Play(
        AckByLeader, Write(1, ChangeKind.Merge, Slow), new Command.Split(1), new Command.Pass(5_000), new Command.DualWrite(false), Write(1, ChangeKind.Merge, Fast),
        new Command.DualWrite(true), Write(1, ChangeKind.Merge, Fast));

    [Fact]
    public void Direct_writes_while_dual_write_is_off_are_adopted() => Play(
        Write(1, ChangeKind.Merge, Weather.Fine), new Command.DualWrite(false), Write(1, ChangeKind.Merge, Weather.Fine), Write(0, ChangeKind.Create, Weather.Fine),
        new Command.DualWrite(true), Write(1, ChangeKind.Merge, Weather.Fine), Write(0, ChangeKind.Merge, Weather.Fine));

    private static Weather Slow => Weather.Fine with { DelayMs = 2_990 };

    private static Weather Fast => Weather.Fine with { DelayMs = 0 };

    private static Weather Answer(Fate fate) => Weather.Fine with { Fate = fate };

    private static Command.Write Write(int session, ChangeKind kind, Weather weather) => new(session, kind, Keyed: true, IfMatch: false, Duplicate: false, Repeated: false, weather);

    private static Command.Retry Retry(int session) => new(session, Duplicate: false, Weather.Fine);

    /// <summary>With and without the reads that come before each send where others write to legacy too.</summary>
    private static void Play(params Command[] commands)
    {
        foreach (var othersWrite in new[] { false, true }) History.Play(commands, othersWrite, new Corners());
    }
}
