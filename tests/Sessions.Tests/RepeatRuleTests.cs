using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Sessions.Tests;

/// <summary>Which answers are asked again.</summary>
public sealed class RepeatRuleTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static TheoryData<GaiaException, bool> Problems() => new()
    {
        { new ClosingException(), true },
        { new LeaseLostException(), true },
        { new StorageUnavailableException("away"), true },
        { new OverloadedException("full"), true },
        { new OutcomeUnknownException("a", "lost"), true },
        { new LeadUnavailableException(Side.Python, "away"), true },
        { new LegacyAnswerException(503, ""), true },
        { new LegacyAnswerException(500, ""), false },
        { new SessionExistsException("a"), false },
        { new VersionMismatchException("a", 3), false },
        { new TooLargeException("large"), false },
        { InvalidInputException.Missing("id"), false },
    };

    [Theory]
    [MemberData(nameof(Problems))]
    public void What_may_succeed_later_is_asked_again_and_nothing_else(GaiaException problem, bool again) =>
        Assert.Equal(again ? TimeSpan.FromSeconds(1) : null, RepeatRule.Wait(problem, "PUT", forwarded: false, TimeSpan.Zero, Patience));

    [Fact]
    public void That_nothing_took_effect_is_not_said_of_a_change_of_which_an_attempt_may_have()
    {
        var (unknown, away, refused) = (new OutcomeUnknownException("a", "lost"), new LeadUnavailableException(Side.Python, "away"), new VersionMismatchException("a", 3));
        Assert.Same(unknown, RepeatRule.Told(away, unknown, forwarded: false));
        Assert.Same(away, RepeatRule.Told(away, null, forwarded: false));
        Assert.Same(refused, RepeatRule.Told(refused, unknown, forwarded: false));
        Assert.Same(unknown, RepeatRule.Told(new SessionExistsException("a"), unknown, forwarded: true));
        Assert.Same(refused, RepeatRule.Told(refused, null, forwarded: true));
    }

    [Fact]
    public void Until_the_patience_is_over()
    {
        Assert.NotNull(RepeatRule.Wait(new ClosingException(), "PUT", false, Patience - TimeSpan.FromSeconds(1), Patience));
        Assert.Null(RepeatRule.Wait(new ClosingException(), "PUT", false, Patience - TimeSpan.FromMilliseconds(999), Patience));
        Assert.Null(RepeatRule.Wait(new ClosingException(), "GET", false, TimeSpan.Zero, TimeSpan.Zero));
    }

    [Theory]
    [InlineData("GET", true)]
    [InlineData("POST", false)]
    [InlineData("PUT", false)]
    [InlineData("PATCH", false)]
    [InlineData("DELETE", false)]
    public void A_change_that_GAIA_HOME_alone_was_asked_for_is_sent_once(string method, bool again) =>
        Assert.Equal(again, RepeatRule.Wait(new LeadUnavailableException(Side.Python, "no answer"), method, forwarded: true, TimeSpan.Zero, Patience) is not null);
}
