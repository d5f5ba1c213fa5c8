using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Cluster.Tests.Sessions;
using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Grains.Conflicts;

namespace GaiaOrleans.Cluster.Tests.Conflicts;

/// <summary>A legacy side that clients also write to directly.</summary>
public abstract class ConflictTestBase(GaiaCluster cluster, DualWriteMode mode = DualWriteMode.GoLeads, AckPolicy ack = AckPolicy.Both) : SessionTestBase(cluster, mode, ack)
{
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Cluster.Legacy.OthersWrite = true;
    }

    protected Task Strategy(ConflictStrategy strategy) => Cluster.Put(s => s with { ConflictStrategy = strategy });

    /// <summary>Somebody changes a field on legacy, past every gateway.</summary>
    protected void WriteDirectly(string field, string json)
    {
        var session = System.Text.Json.Nodes.JsonNode.Parse(Cluster.Legacy.Side.Peek(Id)!)!;
        session[field] = System.Text.Json.Nodes.JsonNode.Parse(json);
        Cluster.Legacy.Side.Seed(Id, session.ToJsonString());
    }

    protected async Task<IReadOnlyList<ConflictRecord>> Log(bool? resolved = null) =>
        [.. (await Cluster.Rows.Conflicts(10_000, resolved, CancellationToken.None)).Where(c => c.SessionId == Id)];
}
