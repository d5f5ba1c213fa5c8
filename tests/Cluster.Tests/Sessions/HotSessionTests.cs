using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Cluster.Tests.Sessions;

public sealed class HotSessionTests(GaiaCluster cluster) : SessionTestBase(cluster)
{
    private const int Writes = 10_000;
    private const int Writers = 64;

    [Fact]
    public async Task Ten_thousand_changes_of_one_session_are_all_there_in_one_order()
    {
        await Cluster.Create(Id, """{"metadata":{}}""");
        var next = 0;
        var answered = new long[Writes];
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var n && n <= Writes)
            {
                var outcome = await Cluster.Merge(Id, $$"""{"current_task_count":{{n}},"metadata":{"last":{{n}} } }""");
                Assert.Equal((200, DualWriteOutcome.Success), (outcome.Status, outcome.DualWrite));
                answered[n - 1] = outcome.Version;
            }
        }));

        Assert.Equal(Enumerable.Range(2, Writes).Select(v => (long)v), answered.Order());
        // What legacy was sent, change by change, is what the versions say.
        var byVersion = answered.Select((version, i) => (version, n: i + 1)).OrderBy(a => a.version).Select(a => a.n.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(byVersion, Cluster.Legacy.Sent(Id).Skip(1).Select(d => Some.Field(d, "current_task_count")));
        var both = await Cluster.Both(Id, "current_task_count");
        Assert.Equal(both.Go, both.Python);
        Assert.Equal(0, (await Cluster.Lag()).Pending);
    }
}
