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
        await WithManyKeys();
        await Cluster.Forget(Id);
        Assert.True((await Cluster.Create(Id, Idle, key: "first")).Replayed);
        Assert.True((await Cluster.Merge(Id, """{"current_task_count":0}""", key: "k0")).Replayed);
        Assert.Equal(121, Cluster.Store.Commits(Id));
    }

    [Fact]
    public async Task Another_request_under_a_key_older_than_those_is_refused()
    {
        await WithManyKeys();
        await Assert.ThrowsAsync<IdempotencyKeyReusedException>(() => Cluster.Merge(Id, """{"current_task_count":1}""", key: "k0"));
        Assert.Equal(121, Cluster.Store.Commits(Id));
    }

    /// <summary>What would be refused today was done then: it is answered what happened.</summary>
    [Fact]
    public async Task A_request_that_was_done_under_such_a_key_is_answered_though_it_would_be_refused_now()
    {
        await WithManyKeys();
        Assert.Equal(204, (await Cluster.Delete(Id, key: "gone")).Status);
        await Cluster.Create(Id, Idle);
        for (var i = 0; i < 100; i++) await Cluster.Merge(Id, $$"""{"current_task_count":{{i}}}""", key: $"later{i}");
        await Cluster.Delete(Id);
        Assert.True((await Cluster.Merge(Id, """{"current_task_count":0}""", key: "k0")).Replayed);
        Assert.Equal((204, true), await Cluster.Delete(Id, key: "gone") is var again ? (again.Status, again.Replayed) : default);
    }

    [Fact]
    public async Task It_is_answered_before_legacy_is_asked_for_a_session_that_is_to_be_taken_over_again()
    {
        await WithManyKeys();
        await Cluster.Put(s => s with { Generation = s.Generation + 1 });
        Cluster.Legacy.Down = true;
        try
        {
            Assert.True((await Cluster.Merge(Id, """{"current_task_count":0}""", key: "k0")).Replayed);
        }
        finally
        {
            Cluster.Legacy.Down = false;
        }
    }

    /// <summary>Where the target leads it is the commit that looks for them.</summary>
    [Fact]
    public async Task A_new_key_costs_no_look_of_its_own()
    {
        await WithManyKeys();
        var looked = Cluster.Store.KeysLookedFor(Id);
        Assert.False((await Cluster.Merge(Id, Idle, key: "new")).Replayed);
        Assert.Equal(looked, Cluster.Store.KeysLookedFor(Id));
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

    private async Task WithManyKeys()
    {
        await Cluster.Create(Id, Idle, key: "first");
        for (var i = 0; i < 120; i++) await Cluster.Merge(Id, $$"""{"current_task_count":{{i}}}""", key: $"k{i}");
    }
}
