using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Cluster.Tests.Sessions;

public sealed class GoLeadsTests(GaiaCluster cluster) : SessionTestBase(cluster)
{
    [Fact]
    public async Task A_defect_in_sending_does_not_keep_the_change_from_being_sent_again()
    {
        Cluster.Legacy.Fail(Id, new InvalidOperationException("nobody thought of this"));
        Assert.Equal(DualWriteOutcome.Partial, (await Cluster.Create(Id, """{"status":"idle"}""")).DualWrite);
        Assert.True(await Cluster.Session(Id).Repair());
        Assert.Equal(("\"idle\"", "\"idle\""), await Cluster.Both(Id));
    }

    [Fact]
    public async Task A_create_is_on_both_sides_when_it_is_answered()
    {
        var outcome = await Cluster.Create(Id, """{"status":"idle","metadata":{"k":1}}""");
        Assert.Equal((201, 1, DualWriteOutcome.Success, Side.Go, false), (outcome.Status, outcome.Version, outcome.DualWrite, outcome.Lead, outcome.Replayed));
        Assert.Equal(("\"idle\"", "\"idle\""), await Cluster.Both(Id));
        Assert.Equal(Some.Text(outcome.Body), Cluster.Legacy.Side.Peek(Id));
    }

    [Fact]
    public async Task Every_accepted_change_reaches_each_side_exactly_once()
    {
        Assert.Equal((201, 1), Told(await Cluster.Create(Id, """{"status":"idle"}""")));
        Assert.Equal((200, 2), Told(await Cluster.Replace(Id, """{"status":"busy","user_id":"u"}""")));
        Assert.Equal((200, 3), Told(await Cluster.Merge(Id, """{"status":"active","user_id":null}""")));
        Assert.Equal(("\"active\"", "\"active\""), await Cluster.Both(Id));
        Assert.Equal((null, null), await Cluster.Both(Id, "user_id"));
        Assert.Equal((204, 4), Told(await Cluster.Delete(Id)));
        Assert.Equal((null, null), await Cluster.Both(Id));
        Assert.Equal((4, 4, 4), (Cluster.Store.Commits(Id), Cluster.Legacy.Sent(Id).Count, Cluster.Legacy.Side.Applied(Id)));

        static (int, long) Told(WriteOutcome outcome) => (outcome.Status, outcome.Version);
    }

    [Fact]
    public async Task A_replace_of_nothing_creates_and_a_recreate_goes_on_counting()
    {
        Assert.Equal(201, (await Cluster.Replace(Id, """{"status":"idle"}""")).Status);
        await Cluster.Delete(Id);
        var again = await Cluster.Create(Id, """{"status":"busy"}""");
        Assert.Equal((201, 3, DualWriteOutcome.Success), (again.Status, again.Version, again.DualWrite));
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
    }

    [Fact]
    public async Task What_cannot_be_done_is_refused_and_reaches_nobody()
    {
        await Assert.ThrowsAsync<UnknownSessionException>(() => Cluster.Merge(Id, "{}"));
        await Assert.ThrowsAsync<UnknownSessionException>(() => Cluster.Delete(Id));
        await Assert.ThrowsAsync<InvalidInputException>(() => Cluster.Create(Id, """{"status":7}"""));
        await Assert.ThrowsAsync<InvalidInputException>(() => Cluster.Create(Id, "[]"));
        Assert.Equal((0, 0), (Cluster.Store.Commits(Id), Cluster.Legacy.Sent(Id).Count));
        await Cluster.Create(Id, "{}");
        await Assert.ThrowsAsync<SessionExistsException>(() => Cluster.Create(Id, "{}"));
        Assert.Equal((1, 1), (Cluster.Store.Commits(Id), Cluster.Legacy.Sent(Id).Count));
    }

    [Fact]
    public async Task An_expected_version_that_is_not_the_present_one_is_refused()
    {
        await Cluster.Create(Id, """{"status":"idle"}""");
        var stale = await Assert.ThrowsAsync<VersionMismatchException>(() => Cluster.Merge(Id, """{"status":"busy"}""", expected: 7));
        Assert.Equal(1, stale.Current);
        await Assert.ThrowsAsync<VersionMismatchException>(() => Cluster.Delete(Id, expected: 2));
        Assert.Equal(2, (await Cluster.Merge(Id, """{"status":"busy"}""", expected: 1)).Version);
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
    }

    [Fact]
    public async Task The_state_survives_its_activation()
    {
        await Cluster.Create(Id, """{"status":"idle"}""");
        await Cluster.Forget(Id);
        Assert.Equal((2, DualWriteOutcome.Success), await Cluster.Merge(Id, """{"status":"busy"}""") is var o ? (o.Version, o.DualWrite) : default);
        await Cluster.Forget(Id);
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
    }
}
