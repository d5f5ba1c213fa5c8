using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Sessions;

public sealed class RefusalTests
{
    private static readonly SessionRow Absent = SessionRow.Absent(Some.Id);
    private static readonly SessionRow Tombstone = Some.Committed(Some.InSync(), ChangeKind.Delete, "");

    [Fact]
    public void A_live_session_is_not_created_again() => Assert.Throws<SessionExistsException>(() => Decide(Some.InSync(), ChangeKind.Create));

    [Theory]
    [InlineData(ChangeKind.Merge)]
    [InlineData(ChangeKind.Delete)]
    public void What_is_not_there_is_neither_merged_nor_deleted(ChangeKind kind)
    {
        Assert.Throws<UnknownSessionException>(() => Decide(Absent, kind));
        Assert.Throws<UnknownSessionException>(() => Decide(Tombstone, kind));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(-1)]
    public void A_stale_expected_version_is_refused_with_the_present_one(long expected)
    {
        foreach (var kind in new[] { ChangeKind.Replace, ChangeKind.Merge, ChangeKind.Delete })
            Assert.Equal(1, Assert.Throws<VersionMismatchException>(() => Decide(Some.InSync(), kind, expected)).Current);
    }

    [Fact]
    public void The_present_version_is_accepted() => Assert.IsType<Decision.CommitThenSend>(Decide(Some.InSync(), ChangeKind.Replace, 1));

    [Theory]
    [InlineData(7, new long[] { 1 }, true)]
    [InlineData(1, new long[] { 7, 8 }, true)]
    [InlineData(7, new long[] { 8, 2 }, false)]
    public void Of_several_versions_any_will_do(long expected, long[] others, bool allowed)
    {
        var context = Some.Context(expected: expected) with { OrVersions = others };
        if (allowed) Assert.IsType<Decision.CommitThenSend>(Decide(context));
        else Assert.Equal(1, Assert.Throws<VersionMismatchException>(() => Decide(context)).Current);

        static Decision Decide(WriteContext context) => SessionRules.Decide(Some.InSync(), Some.Change(ChangeKind.Merge), context, Some.Rollout(), legacyRead: true, Some.Moment());
    }

    [Fact]
    public void An_expected_version_of_a_session_that_is_gone_is_refused()
    {
        Assert.Throws<VersionMismatchException>(() => Decide(Tombstone, ChangeKind.Replace, Tombstone.Version));
        Assert.Throws<VersionMismatchException>(() => Decide(Absent, ChangeKind.Replace, 0));
    }

    [Fact]
    public void Input_that_does_not_fit_is_refused_in_both_modes()
    {
        foreach (var mode in Enum.GetValues<DualWriteMode>())
            Assert.Throws<InvalidInputException>(() =>
                SessionRules.Decide(Some.InSync(), Some.Change(ChangeKind.Merge, """{"status":1}"""), Some.Context(), Some.Rollout(mode: mode), true, Some.Moment()));
    }

    private static Decision Decide(SessionRow row, ChangeKind kind, long? expected = null) =>
        SessionRules.Decide(row, Some.Change(kind), Some.Context(expected: expected), Some.Rollout(), legacyRead: true, Some.Moment());
}
