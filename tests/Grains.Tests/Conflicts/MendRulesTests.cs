using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Conflicts;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Conflicts;

public sealed class MendRulesTests
{
    private static readonly LegacyRead Theirs = Some.Legacy("""{"id":"s-1","status":"paused","created_at":"2026-01-31T12:00:00Z"}""");
    private static readonly SessionRow Row = Some.InSync();

    public static TheoryData<MendScope, ConflictStrategy> ScopesAndStrategies()
    {
        var all = new TheoryData<MendScope, ConflictStrategy>();
        foreach (var scope in Enum.GetValues<MendScope>())
            foreach (var strategy in Enum.GetValues<ConflictStrategy>())
                all.Add(scope, strategy);
        return all;
    }

    [Theory]
    [InlineData(MendScope.PickUp)]
    [InlineData(MendScope.Repair)]
    public void What_others_changed_there_is_taken_over_whatever_the_strategy(MendScope scope)
    {
        var (status, next) = Mend(Row, Theirs, scope);
        Assert.Equal((SessionMend.Adopted, "paused", true), (status, next!.Document!.Member("status").GetString(), next.InSync));
    }

    [Fact]
    public void A_session_gone_there_is_deleted_only_when_its_absence_was_confirmed()
    {
        Assert.Equal((SessionMend.Absent, null), Mend(Row, LegacyRead.Absent, MendScope.PickUp));
        var (status, next) = Mend(Row, LegacyRead.Absent, MendScope.PickUp, confirmed: true);
        Assert.Equal((SessionMend.Adopted, false, true), (status, next!.Live, next.InSync));
    }

    [Fact]
    public void Repair_sends_a_session_that_is_gone_there_again_where_the_target_leads()
    {
        var (status, next) = Mend(Row, LegacyRead.Absent, MendScope.Repair);
        Assert.Equal((SessionMend.Settled, true, true), (status, next!.Live, next.Pending));
        Assert.Null(next.LegacyHash);
        var python = Mend(Row, LegacyRead.Absent, MendScope.Repair, strategy: ConflictStrategy.PythonLeads);
        Assert.Equal((SessionMend.Settled, false, true), (python.Status, python.Next!.Live, python.Next.InSync));
    }

    [Fact]
    public void A_difference_that_nobody_made_there_is_for_repair_alone_and_goes_by_the_strategy()
    {
        var tampered = Row with { LegacyHash = Theirs.Hash };
        Assert.Equal((SessionMend.Different, null), Mend(tampered, Theirs, MendScope.PickUp));
        Assert.Equal((SessionMend.Settled, "idle"), Mend(tampered, Theirs, MendScope.Repair) is var go ? (go.Status, go.Next!.Document!.Member("status").GetString()) : default);
        Assert.Equal((SessionMend.Settled, "paused"), Mend(tampered, Theirs, MendScope.Repair, strategy: ConflictStrategy.PythonLeads) is var p ? (p.Status, p.Next!.Document!.Member("status").GetString()) : default);
        var held = Mend(tampered, Theirs, MendScope.Repair, strategy: ConflictStrategy.Manual);
        Assert.Equal((SessionMend.Conflicts, true, true), (held.Status, held.Next!.Disputed, held.Next.Behind));
    }

    /// <summary>Legacy carried out an older request of ours after a newer one: no strategy chooses between the two.</summary>
    [Theory]
    [MemberData(nameof(ScopesAndStrategies))]
    public void What_we_sent_before_is_sent_over_whatever_the_strategy(MendScope scope, ConflictStrategy strategy)
    {
        var row = Row with { RecentSends = [new(Theirs.Print(), 0, Some.Now)] };
        var (status, next) = Mend(row, Theirs, scope, strategy: strategy);
        Assert.Equal((SessionMend.Settled, "idle", true, row.Version + 1), (status, next!.Document!.Member("status").GetString(), next.Pending, next.Version));
        Assert.Equal(Theirs.Hash, next.LegacyHash);
        Assert.Empty(next.Log);
    }

    [Theory]
    [InlineData(MendScope.PickUp)]
    [InlineData(MendScope.Repair)]
    public void From_cutover_on_what_others_did_is_overwritten_deletions_included(MendScope scope)
    {
        foreach (var theirs in new[] { Theirs, LegacyRead.Absent })
        {
            var (status, next) = Mend(Row, theirs, scope, confirmed: true, phase: RolloutPhase.Cutover);
            Assert.Equal((SessionMend.Settled, "idle", true), (status, next!.Document!.Member("status").GetString(), next.Pending));
            Assert.All(next.Log, e => Assert.Equal("drift", e.Resolution!.Strategy));
        }
    }

    [Fact]
    public void What_is_under_way_or_in_dispute_is_left_alone()
    {
        var pending = Some.Committed(Row, ChangeKind.Merge, """{"status":"busy"}""");
        Assert.Equal((SessionMend.Pending, null), Mend(pending, Theirs, MendScope.Repair));
        Assert.Equal((SessionMend.Conflicts, null), Mend(pending with { Rejected = new(422, "no", Some.Now) }, Theirs, MendScope.Repair));
    }

    [Fact]
    public void A_session_that_the_cluster_never_saw_is_adopted() =>
        Assert.Equal(SessionMend.Adopted, Mend(SessionRow.Absent(Some.Id), Theirs, MendScope.PickUp).Status);

    private static (string Status, SessionRow? Next) Mend(
        SessionRow row, LegacyRead legacy, MendScope scope, bool confirmed = false, ConflictStrategy strategy = ConflictStrategy.GoLeads, RolloutPhase phase = RolloutPhase.DualWrite) => MendRules.Mend(
        row, legacy, ConflictRules.Differences(row, legacy, DiffRules.Default, Some.Now), scope, confirmed, Some.Rollout(phase: phase) with { ConflictStrategy = strategy }, Some.Moment(2));
}
