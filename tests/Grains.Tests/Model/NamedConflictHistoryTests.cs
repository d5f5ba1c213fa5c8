using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>Histories in which others write to legacy too, or legacy refuses: what the random ones found.</summary>
public sealed class NamedConflictHistoryTests
{
    private static readonly Command PythonLeads = new Command.Settings(DualWriteMode.PythonLeads, AckPolicy.Both);
    private static readonly Command AckByLeader = new Command.Settings(DualWriteMode.GoLeads, AckPolicy.Leader);

    [Fact]
    public void A_refusal_is_closed_by_the_change_after_it_also_when_that_meets_somebody_elses() => Play(
        Write(0, ChangeKind.Replace, Answer(Fate.Rejected)), Others(0, ChangeKind.Create, 2_500), PythonLeads,
        Write(0, ChangeKind.Merge, Weather.Fine with { Crash = CrashPoint.AfterCommit }));

    [Fact]
    public void A_state_that_is_refused_twice_has_one_open_line() => Play(
        Write(1, ChangeKind.Replace, Answer(Fate.Rejected)), PythonLeads, Write(1, ChangeKind.Merge, Weather.Fine with { Crash = CrashPoint.InFlight, Fate = Fate.Rejected }),
        new Command.Pass(40_000), Write(1, ChangeKind.Merge, Answer(Fate.Rejected)));

    [Fact]
    public void An_activation_that_missed_a_refusal_leaves_no_line_open() => Play(
        AckByLeader, Write(0, ChangeKind.Replace, Answer(Fate.Rejected)), new Command.Split(0), new Command.Pass(40_000), Write(0, ChangeKind.Replace, Weather.Fine));

    [Fact]
    public void A_change_that_waits_for_a_send_is_decided_by_its_answer() => Play(
        AckByLeader, Write(0, ChangeKind.Replace, Answer(Fate.Rejected) with { DelayMs = 2_990 }), PythonLeads, Write(0, ChangeKind.Merge, Weather.Fine));

    [Fact]
    public void A_session_that_our_own_delete_removed_is_no_conflict() => Play(
        Write(1, ChangeKind.Delete, Answer(Fate.UnknownApplied)), PythonLeads, Write(1, ChangeKind.Replace, Weather.Fine));

    [Fact]
    public void What_may_have_been_sent_is_known_again_however_many_changes_came_after_it() => Play(
        Write(0, ChangeKind.Create, Answer(Fate.UnknownApplied)), Write(0, ChangeKind.Replace, SlowRead), Write(0, ChangeKind.Merge, SlowRead), Write(0, ChangeKind.Merge, SlowRead),
        Write(0, ChangeKind.Merge, SlowRead), Write(0, ChangeKind.Merge, Weather.Fine));

    [Fact]
    public void What_was_taken_from_legacy_and_is_forced_upon_it_is_known_again() => Play(
        Others(1, ChangeKind.Replace), new Command.Sync(1, Side.Python, Weather.Fine), Others(1, ChangeKind.Merge), new Command.Sync(1, Side.Go, Answer(Fate.UnknownApplied)),
        Write(1, ChangeKind.Delete, Weather.Fine));

    [Fact]
    public void What_is_sent_a_second_time_is_known_again_however_many_changes_came_after_it() => Play(
        Write(1, ChangeKind.Merge, Weather.Fine), Others(1, ChangeKind.Delete), new Command.Sync(1, Side.Go, Weather.Fine with { Crash = CrashPoint.InFlight }),
        Write(1, ChangeKind.Replace, Weather.Fine), Write(1, ChangeKind.Merge, Weather.Fine), Write(1, ChangeKind.Merge, Weather.Fine), Write(1, ChangeKind.Replace, Weather.Fine));

    [Fact]
    public void A_refused_session_is_read_before_it_is_written_to_again() => Play(
        Write(1, ChangeKind.Merge, Answer(Fate.Rejected)), Others(1, ChangeKind.Replace), PythonLeads, Write(1, ChangeKind.Merge, Weather.Fine));

    [Fact]
    public void A_session_in_conflict_is_read_once_more_before_a_client_deletes_it() => Play(
        Others(0, ChangeKind.Create, 30), new Command.Strategy(ConflictStrategy.Manual), Write(0, ChangeKind.Replace, Weather.Fine with { Store = StoreFault.Slow }), PythonLeads,
        Others(0, ChangeKind.Merge), Write(0, ChangeKind.Delete, Weather.Fine));

    [Fact]
    public void What_a_send_met_is_forgotten_when_an_operator_forces_a_side() => Play(
        AckByLeader, Others(0, ChangeKind.Create, 5), Write(0, ChangeKind.Replace, SlowRead), new Command.Strategy(ConflictStrategy.Manual), Write(0, ChangeKind.Merge, Weather.Fine),
        Others(0, ChangeKind.Replace), new Command.Sync(0, Side.Python, Weather.Fine));

    [Fact]
    public void An_operator_decides_after_the_change_that_is_on_its_way() => Play(
        Write(1, ChangeKind.Merge, Answer(Fate.Rejected)), PythonLeads, Write(1, ChangeKind.Replace, Answer(Fate.UnknownLost)),
        new Command.Resolve(1, ConflictStrategy.PythonLeads, OneField: false, Weather.Fine));

    [Fact]
    public void A_change_that_may_still_happen_is_not_called_refused_because_the_store_is_down_when_it_meets_another() => Play(
        Write(1, ChangeKind.Replace, Answer(Fate.UnknownLost)), Others(1, ChangeKind.Delete, 1_000), PythonLeads,
        Write(1, ChangeKind.Replace, new(Fate.Applied, 1_500, CrashPoint.None, StoreFault.Down, 1, false, 0)));

    [Fact]
    public void A_side_that_is_forced_closes_a_refusal_that_the_activation_has_missed() => Play(
        AckByLeader, Write(1, ChangeKind.Merge, Answer(Fate.Rejected)), new Command.Split(1), new Command.Sync(1, Side.Go, Weather.Fine));

    [Fact]
    public void An_intent_over_a_refusal_that_the_activation_has_missed_closes_it() => Play(
        Write(0, ChangeKind.Replace, Weather.Fine), AckByLeader, Write(0, ChangeKind.Merge, Answer(Fate.Rejected)), new Command.Split(0), PythonLeads,
        Write(0, ChangeKind.Replace, Answer(Fate.Failed)));

    private static Weather SlowRead => Weather.Fine with { ReadMs = 700 };

    private static Weather Answer(Fate fate) => Weather.Fine with { Fate = fate };

    private static Command.Direct Others(int session, ChangeKind kind, int afterMs = 0) => new(session, kind, Back: false, afterMs);

    private static Command.Write Write(int session, ChangeKind kind, Weather weather) => new(session, kind, Keyed: true, IfMatch: false, Duplicate: false, Repeated: false, weather);

    private static void Play(params Command[] commands)
    {
        foreach (var othersWrite in new[] { false, true }) History.Play(commands, othersWrite, new Corners());
    }
}
