using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Rollouts;

namespace GaiaOrleans.Grains.Tests.Rollouts;

public sealed class DualWriteStepTests
{
    private static readonly RolloutState Off = Some.Rollout(enabled: false);
    private static readonly RolloutState On = Some.Rollout();

    [Fact]
    public void Turning_on_takes_three_epochs_and_starts_a_generation()
    {
        var closing = RolloutRules.Close(Off, Some.Caller("go"), Some.Now);
        Assert.Equal((2, 1, true, false), (closing.Next.Epoch, closing.Next.Generation, closing.Next.DualWrite.Closing, closing.Next.DualWrite.Enabled));
        var turn = RolloutRules.Turn(closing.Next, true, Some.Caller("go"), Some.Now);
        Assert.Equal((3, 2, true, true), (turn.Next.Epoch, turn.Next.Generation, turn.Next.DualWrite.Closing, turn.Next.DualWrite.Enabled));
        var open = RolloutRules.Open(turn.Next, Some.Caller("go"), Some.Now, turned: true);
        Assert.Equal((4, 2, false, true), (open.Next.Epoch, open.Next.Generation, open.Next.DualWrite.Closing, open.Next.DualWrite.Enabled));
        Assert.Equal(("dual_write_closing", "dual_write_on", "dual_write_open"), (closing.Entry.Action, turn.Entry.Action, open.Entry.Action));
        Assert.EndsWith("dual-write off closing go_leads both conflicts go_leads", turn.Entry.From);
        Assert.EndsWith("dual-write on closing go_leads both conflicts go_leads", turn.Entry.To);
    }

    [Fact]
    public void Turning_off_starts_one_and_taking_a_switch_back_none()
    {
        var closing = RolloutRules.Close(On, Some.Caller(), Some.Now).Next;
        var off = RolloutRules.Turn(closing, false, Some.Caller(), Some.Now);
        Assert.Equal((2, false, "dual_write_off"), (off.Next.Generation, off.Next.DualWrite.Enabled, off.Entry.Action));
        var kept = RolloutRules.Open(closing, Some.Caller(), Some.Now);
        Assert.Equal((1, true, "dual_write_kept"), (kept.Next.Generation, kept.Next.DualWrite.Enabled, kept.Entry.Action));
    }

    [Fact]
    public void What_comes_with_a_switch_is_a_change_in_its_entry()
    {
        var off = Off with { Phase = RolloutPhase.Cutover, GoPercentage = 100 };
        var on = RolloutRules.Turn(off, true, Some.Caller(), Some.Now, asked: new(true, null, AckPolicy.Leader, Some.Caller()));
        Assert.Equal((off.DualWrite with { Enabled = true, Ack = AckPolicy.Leader }, off.Generation), (on.Next.DualWrite, on.Next.Generation));
        Assert.EndsWith("dual-write off go_leads both conflicts go_leads", on.Entry.From);
        Assert.EndsWith("dual-write on go_leads leader conflicts go_leads", on.Entry.To);
    }

    [Fact]
    public void Settings_change_alone_and_equal_ones_not_at_all()
    {
        Assert.Null(RolloutRules.DualWriteSettings(On, new(null, DualWriteMode.GoLeads, null, Some.Caller()), Some.Now));
        Assert.Null(RolloutRules.DualWriteSettings(On, new(true, null, null, Some.Caller()), Some.Now));
        var step = RolloutRules.DualWriteSettings(On, new(null, DualWriteMode.PythonLeads, AckPolicy.Leader, Some.Caller()), Some.Now)!;
        Assert.Equal(new DualWriteSettings(true, false, DualWriteMode.PythonLeads, AckPolicy.Leader), step.Next.DualWrite);
        Assert.Equal((2, 1), (step.Next.Epoch, step.Next.Generation));
    }

    [Fact]
    public void Every_change_keeps_the_percentage()
    {
        var at10 = On with { GoPercentage = 10, Phase = RolloutPhase.GradualRollout };
        Assert.Equal((10, RolloutPhase.GradualRollout), RolloutRules.Turn(RolloutRules.Close(at10, Some.Caller(), Some.Now).Next, false, Some.Caller(), Some.Now).Next is var n ? (n.GoPercentage, n.Phase) : default);
    }
}
