using System.Text.Json;
using GaiaOrleans.Client.Output;
using Spectre.Console.Rendering;

namespace GaiaOrleans.Client.Cluster;

/// <summary>The cluster's health in a line, and its silos in a table.</summary>
internal static class ClusterPage
{
    public static string Line(JsonElement json)
    {
        var quorum = json.Member("quorum") ?? default;
        var has = quorum.Flag("has_quorum") is true ? "quorum" : "NO QUORUM";
        return $"{json.Text("cluster_status") ?? "-"}, {quorum.Text("active") ?? "-"} of {quorum.Text("expected") ?? "-"} silos, {has} ({quorum.Text("required") ?? "-"} needed)";
    }

    public static IRenderable Silos(JsonElement json) => Listing.Of(
        json.Items("silos"), "no silos are known", new Column("SILO", silo => silo.Text("name")), Column.Of("address"), Column.StateOf("status"), Column.Of("last_heartbeat"));
}
