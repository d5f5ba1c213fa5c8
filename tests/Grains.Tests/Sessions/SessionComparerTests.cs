using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Sessions;

public sealed class SessionComparerTests
{
    private static readonly string Go = Some.InSync().Document!.Text();

    [Fact]
    public void Nothing_on_both_sides_is_equal() => Assert.Equal(SessionComparison.Equal, Compare(SessionRow.Absent(Some.Id), LegacyRead.Absent).Status);

    [Fact]
    public void The_same_document_is_equal() => Assert.Equal(SessionComparison.Equal, Compare(Some.InSync(), Some.Legacy(Go)).Status);

    [Fact]
    public void A_field_that_differs_is_named()
    {
        var comparison = Compare(Some.InSync(), Some.Legacy(Go.Replace("idle", "busy", StringComparison.Ordinal)));
        Assert.Equal(SessionComparison.Different, comparison.Status);
        Assert.Equal(new FieldDifference("status", "enum", "\"busy\"", "\"idle\""), Assert.Single(comparison.Differences));
    }

    [Fact]
    public void A_session_on_one_side_only_differs()
    {
        Assert.Equal(SessionComparison.Different, Compare(Some.InSync(), LegacyRead.Absent).Status);
        Assert.Equal(SessionComparison.Different, Compare(SessionRow.Absent(Some.Id), Some.Legacy(Go)).Status);
    }

    [Fact]
    public void What_is_on_its_way_is_no_mismatch()
    {
        Assert.Equal(SessionComparison.Pending, Compare(Some.Committed(Some.InSync(), ChangeKind.Delete, ""), Some.Legacy(Go)).Status);
        Assert.Equal(SessionComparison.Pending, Compare(Some.Intended(Some.InSync(), ChangeKind.Merge, """{"status":"busy"}"""), Some.Legacy(Go)).Status);
    }

    [Fact]
    public void What_legacy_rejected_is_a_mismatch()
    {
        var committed = Some.Committed(Some.InSync(), ChangeKind.Merge, """{"status":"busy"}""");
        var rejected = SessionRules.Acknowledge(committed, committed.Version, new LegacyAnswer.Rejected(422, "no"), Some.Now, 0);
        Assert.Equal(SessionComparison.Different, Compare(rejected, Some.Legacy(Go)).Status);
    }

    [Fact]
    public void Legacys_own_spelling_is_counted_as_noise()
    {
        var (comparison, noise) = SessionComparer.Compare(Some.InSync(), Some.Legacy(Go.Replace("\"idle\"", "\"SessionStatus.IDLE\"", StringComparison.Ordinal)), DiffRules.Default);
        Assert.Equal(SessionComparison.Equal, comparison.Status);
        Assert.Equal(1, noise["enum"]);
    }

    private static SessionComparison Compare(SessionRow row, LegacyRead legacy) => SessionComparer.Compare(row, legacy, DiffRules.Default).Comparison;
}
