using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Cluster.Tests.Sessions;

/// <summary>
/// Chaos, seed 1020: an attempt that a partition had held up for thirteen seconds came after forty other changes, of which the session remembers thirty-two. Another attempt of its
/// request had been made meanwhile.
/// </summary>
public abstract class HeldUpAttemptTests(GaiaCluster cluster, DualWriteMode mode) : SessionTestBase(cluster, mode)
{
    private const string Busy = """{"status":"busy"}""";
    private readonly Guid _request = Guid.NewGuid();

    [Theory]
    [InlineData(40)]
    [InlineData(140)]
    public async Task It_is_answered_what_became_of_the_other_and_not_made_once_more(int changes)
    {
        await Cluster.Create(Id, """{"status":"idle"}""", key: "first");
        var done = await Attempt(2);
        for (var i = 0; i < changes; i++) await Another($"k{i}");
        var late = await Attempt(1, heldUp: TimeSpan.FromSeconds(13));
        Assert.Equal((done.Status, done.Version, false), (late.Status, late.Version, late.Replayed));
        Assert.Equal(("\"idle\"", "\"idle\""), await Cluster.Both(Id));
    }

    /// <summary>What it did is known then: the next attempt may itself be held up.</summary>
    [Fact]
    public async Task It_is_made_where_there_was_no_other_and_found_by_those_that_follow()
    {
        await Cluster.Create(Id, """{"status":"idle"}""");
        var done = await Attempt(1, heldUp: TimeSpan.FromSeconds(13));
        Assert.Equal((200, 2), (done.Status, done.Version));
        for (var i = 0; i < 40; i++) await Another(key: null);
        Assert.Equal(2, (await Attempt(2, heldUp: TimeSpan.FromSeconds(20))).Version);
        Assert.Equal(("\"idle\"", "\"idle\""), await Cluster.Both(Id));
    }

    [Fact]
    public async Task One_that_was_not_costs_no_key()
    {
        await Cluster.Create(Id, """{"status":"idle"}""");
        await Attempt(1);
        Assert.Empty((await Cluster.Row(Id)).Keys);
        await Attempt(2, of: Guid.NewGuid());
        Assert.Single((await Cluster.Row(Id)).Keys, k => RequestKey.IsOwn(k.Key));
    }

    /// <summary>A request that a gateway might repeat, as all are: the session remembers so many of them.</summary>
    private Task<WriteOutcome> Another(string? key) => Cluster.Session(Id).Write(
        new(ChangeKind.Merge, Some.Utf8("""{"status":"idle"}""")), new(Cluster.Rollout.State.Epoch, IdempotencyKey: key, RequestId: Guid.NewGuid()));

    private async Task<WriteOutcome> Attempt(int attempt, TimeSpan heldUp = default, Guid? of = null)
    {
        var sent = TimeProvider.System.GetUtcNow() - heldUp;
        var context = new WriteContext(Cluster.Rollout.State.Epoch, RequestId: of ?? _request, Attempt: attempt, Since: TimeSpan.FromSeconds(attempt - 1), SentAt: sent);
        return await Cluster.Session(Id).Write(new(ChangeKind.Merge, Some.Utf8(Busy)), context);
    }
}

public sealed class HeldUpAttemptInGoLeadsTests(GaiaCluster cluster) : HeldUpAttemptTests(cluster, DualWriteMode.GoLeads);

public sealed class HeldUpAttemptInPythonLeadsTests(GaiaCluster cluster) : HeldUpAttemptTests(cluster, DualWriteMode.PythonLeads);
