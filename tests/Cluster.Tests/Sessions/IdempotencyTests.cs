using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Cluster.Tests.Sessions;

public sealed class IdempotencyTests(GaiaCluster cluster) : SessionTestBase(cluster)
{
    private const string Idle = """{"status":"idle"}""";

    [Fact]
    public async Task A_repeated_key_has_no_second_effect()
    {
        var first = await Cluster.Create(Id, Idle, key: "k");
        var again = await Cluster.Create(Id, Idle, key: "k");
        Assert.Equal((first.Status, first.Version, true, DualWriteOutcome.Success), (again.Status, again.Version, again.Replayed, again.DualWrite));
        Assert.Equal((1, 1), (Cluster.Store.Commits(Id), Cluster.Legacy.Sent(Id).Count));
    }

    [Fact]
    public async Task The_key_survives_its_activation_and_later_changes()
    {
        await Cluster.Create(Id, Idle, key: "k");
        await Cluster.Merge(Id, """{"status":"busy"}""");
        await Cluster.Forget(Id);
        var again = await Cluster.Create(Id, Idle, key: "k");
        Assert.Equal((201, 1, true), (again.Status, again.Version, again.Replayed));
        Assert.Equal("\"busy\"", Some.Field(again.Body, "status"));
        Assert.Equal(2, Cluster.Store.Commits(Id));
    }

    [Fact]
    public async Task Another_request_under_the_same_key_is_refused()
    {
        await Cluster.Create(Id, Idle, key: "k");
        await Assert.ThrowsAsync<IdempotencyKeyReusedException>(() => Cluster.Create(Id, """{"status":"busy"}""", key: "k"));
        await Assert.ThrowsAsync<IdempotencyKeyReusedException>(() => Cluster.Delete(Id, key: "k"));
        await Assert.ThrowsAsync<IdempotencyKeyReusedException>(() => Cluster.Replace(Id, Idle, key: "k"));
        Assert.Equal(1, Cluster.Store.Commits(Id));
    }

    [Fact]
    public async Task A_key_older_than_those_kept_in_the_row_is_still_known()
    {
        await Cluster.Create(Id, Idle, key: "first");
        for (var i = 0; i < 120; i++) await Cluster.Merge(Id, $$"""{"current_task_count":{{i}}}""", key: $"k{i}");
        await Cluster.Forget(Id);
        Assert.True((await Cluster.Create(Id, Idle, key: "first")).Replayed);
        Assert.True((await Cluster.Merge(Id, """{"current_task_count":0}""", key: "k0")).Replayed);
        Assert.Equal(121, Cluster.Store.Commits(Id));
    }

    [Fact]
    public async Task Of_one_key_sent_many_times_at_once_one_takes_effect()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Cluster.Create(Id, Idle, key: "k")));
        Assert.Equal(19, outcomes.Count(o => o.Replayed));
        Assert.All(outcomes, o => Assert.Equal((201, 1), (o.Status, o.Version)));
        Assert.Equal((1, 1), (Cluster.Store.Commits(Id), Cluster.Legacy.Side.Applied(Id)));
    }

    [Fact]
    public async Task A_refused_change_leaves_its_key_free()
    {
        await Assert.ThrowsAsync<UnknownSessionException>(() => Cluster.Merge(Id, Idle, key: "k"));
        await Cluster.Create(Id, "{}");
        Assert.False((await Cluster.Merge(Id, Idle, key: "k")).Replayed);
    }
}
