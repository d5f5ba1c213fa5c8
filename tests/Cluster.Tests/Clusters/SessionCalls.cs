using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace GaiaOrleans.Cluster.Tests.Clusters;

/// <summary>Changes as a gateway hands them over: under the epoch that is in force.</summary>
internal static class SessionCalls
{
    public static Task<WriteOutcome> Create(this GaiaCluster cluster, string id, string json, string? key = null) => cluster.Write(id, ChangeKind.Create, json, key);

    public static Task<WriteOutcome> Replace(this GaiaCluster cluster, string id, string json, string? key = null, long? expected = null) =>
        cluster.Write(id, ChangeKind.Replace, json, key, expected);

    public static Task<WriteOutcome> Merge(this GaiaCluster cluster, string id, string json, string? key = null, long? expected = null) =>
        cluster.Write(id, ChangeKind.Merge, json, key, expected);

    public static Task<WriteOutcome> Delete(this GaiaCluster cluster, string id, string? key = null, long? expected = null) =>
        cluster.Write(id, ChangeKind.Delete, "", key, expected);

    public static Task<WriteOutcome> Write(this GaiaCluster cluster, string id, ChangeKind kind, string json, string? key = null, long? expected = null, long? epoch = null) =>
        cluster.Session(id).Write(new(kind, Some.Utf8(json)), new(epoch ?? cluster.Rollout.State.Epoch, expected, key));

    /// <summary>The status on both sides: what a reader of the target sees, and what legacy holds. Null = no session.</summary>
    public static async Task<(string? Go, string? Python)> Both(this GaiaCluster cluster, string id, string field = "status")
    {
        var snapshot = await cluster.Session(id).Read();
        return (Some.Field(snapshot.Body, field), Some.Field(cluster.Legacy.Side.Peek(id), field));
    }

    /// <summary>Dual writes since this was asked last: that reached both sides, one, and were refused.</summary>
    public static (long Both, long One, long None) Counted(this GaiaCluster cluster)
    {
        var counts = cluster.Orleans.GetActiveSilos().Select(s => s.ServiceProvider.GetRequiredService<MigrationTally>().Drain().Counts).ToList();
        return (counts.Sum(c => c.Successful), counts.Sum(c => c.Partial), counts.Sum(c => c.Failed));
    }
}
