using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Rollouts;

namespace GaiaOrleans.Grains.Tests.Rollouts;

public sealed class PinTests
{
    private static readonly RolloutState On = Some.Rollout(phase: RolloutPhase.GradualRollout, percentage: 10);
    private static readonly RolloutState Off = Some.Rollout(enabled: false);

    [Fact]
    public void A_pin_is_a_change_of_the_rollout_with_who_until_when_and_why()
    {
        var step = Pin(On, "s", Side.Go, Some.Now.AddHours(1))!;
        Assert.Equal(new Pin("s", Side.Go, Some.Now.AddHours(1), "why", "tester", Some.Now), step.Next.Pins.Of("s"));
        Assert.Equal((On.Epoch + 1, On.Generation, On.GoPercentage, On.Phase), (step.Next.Epoch, step.Next.Generation, step.Next.GoPercentage, step.Next.Phase));
        Assert.Equal(("pin", "why", "s by the split", "s go until 2026-01-31T13:00:00Z"), (step.Entry.Action, step.Entry.Reason, step.Entry.From, step.Entry.To));
    }

    [Fact]
    public void A_second_pin_replaces_the_first_and_the_same_one_changes_nothing()
    {
        var first = Pin(On, "s", Side.Go)!.Next;
        Assert.Null(Pin(first, "s", Side.Go));
        var second = Pin(first, "s", Side.Python)!;
        Assert.Equal(Side.Python, Assert.Single(second.Next.Pins).Side);
        Assert.Equal(("s go", "s python"), (second.Entry.From, second.Entry.To));
    }

    [Fact]
    public void Unpinning_needs_a_pin_and_leaves_the_others()
    {
        var two = Pin(Pin(On, "a", Side.Go)!.Next, "b", Side.Go)!.Next;
        Assert.Equal("b", Assert.Single(PinRules.Unpin(two, "a", Some.Caller(), Some.Now).Next.Pins).SessionId);
        Assert.Throws<UnknownPinException>(() => PinRules.Unpin(two, "c", Some.Caller(), Some.Now));
    }

    [Fact]
    public void What_is_over_ends_together_as_the_systems_own_change()
    {
        var state = Pin(Pin(Pin(On, "long", Side.Go)!.Next, "a", Side.Go, Some.Now.AddSeconds(1))!.Next, "b", Side.Python, Some.Now.AddSeconds(2))!.Next;
        Assert.Null(PinRules.End(state, Some.Now.AddSeconds(0.5)));
        Assert.Equal(["b", "long"], PinRules.End(state, Some.Now.AddSeconds(1))!.Next.Pins.Select(p => p.SessionId));
        var step = PinRules.End(state, Some.Now.AddSeconds(2))!;
        Assert.Equal(["long"], step.Next.Pins.Select(p => p.SessionId));
        Assert.Equal(("unpin", "system", "a go until 2026-01-31T12:00:01Z; b python until 2026-01-31T12:00:02Z"), (step.Entry.Action, step.Entry.Actor, step.Entry.From));
    }

    [Fact]
    public void It_needs_a_reason_and_an_end_that_is_to_come()
    {
        Assert.Throws<ReasonRequiredException>(() => PinRules.Pin(On, new("s", Side.Go, null, Some.Caller(" ")), Some.Now));
        Assert.Equal(["until"], Assert.Throws<InvalidInputException>(() => Pin(On, "s", Side.Go, Some.Now)).Errors.Keys);
    }

    [Fact]
    public void No_session_is_pinned_to_a_side_that_cannot_serve_it()
    {
        Assert.Throws<BlockedException>(() => Pin(Off, "s", Side.Go));
        Assert.NotNull(Pin(Off, "s", Side.Python));
        Assert.NotNull(Pin(Off with { Phase = RolloutPhase.Cutover, GoPercentage = 100 }, "s", Side.Python));
        var completed = Some.Rollout(phase: RolloutPhase.Completed, percentage: 100);
        Assert.Throws<BlockedException>(() => Pin(completed, "s", Side.Python));
        Assert.Throws<BlockedException>(() => Pin(completed, "s", Side.Go));
    }

    [Fact]
    public void There_is_an_end_to_how_many()
    {
        var full = On with { Pins = new(Enumerable.Range(0, PinRules.Most).Select(i => new Pin($"{i}", Side.Go, null, "why", "tester", Some.Now))) };
        Assert.Throws<BlockedException>(() => Pin(full, "one more", Side.Go));
        Assert.Equal(Side.Python, Pin(full, "7", Side.Python)!.Next.Pins.Of("7")!.Side);
    }

    private static RolloutStep? Pin(RolloutState state, string id, Side side, DateTimeOffset? until = null) =>
        PinRules.Pin(state, new(id, side, until, Some.Caller("why")), Some.Now);
}
