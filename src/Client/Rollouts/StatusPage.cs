using System.Text.Json;
using GaiaOrleans.Client.Cluster;
using GaiaOrleans.Client.Http;
using GaiaOrleans.Client.Output;
using GaiaOrleans.Client.Runs;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GaiaOrleans.Client.Rollouts;

/// <summary>What `status` shows: the migration's status, and the cluster's health or why it is not known.</summary>
internal sealed record StatusPage(Answer Status, Answer? Cluster, string? ClusterTrouble)
{
    public bool SameAs(StatusPage? other) => other is not null && Status.Body == other.Status.Body && ClusterTrouble == other.ClusterTrouble && ClusterWord == other.ClusterWord;

    /// <summary>Heartbeat times change with every look, and are no news.</summary>
    private string ClusterWord => Cluster is null ? "" : ClusterPage.Line(Cluster.Json) + string.Concat(Cluster.Json.Items("silos").Select(s => s.Text("name") + s.Text("status")));

    public IRenderable Render(Call call)
    {
        var json = Status.Json;
        var parts = new List<IRenderable> { Summary(json, call.Terminal.Unicode) };
        if (json.Items("runs").ToArray() is { Length: > 0 } runs)
            parts.AddRange([Text.Empty, RunTable.Of(runs, call.Time.GetUtcNow(), call.Terminal.Unicode)]);
        if (json.Member("next")?.Items("blockers").ToArray() is { Length: > 0 } blockers)
            parts.AddRange([Text.Empty, Cell.Of($"before {json.Member("next")?.Text("phase")}"), Blockers.Of(blockers)]);
        if (Cluster is not null)
            parts.AddRange([Text.Empty, ClusterPage.Silos(Cluster.Json)]);
        return new Rows(parts);
    }

    private IRenderable Summary(JsonElement json, bool unicode)
    {
        var facts = new Facts().Add("phase", Phase(json));
        if (json.Text("paused") is { } paused) facts.Add("paused", paused, Cell.Doubtful);
        if (json.Member("traffic") is { } traffic) facts.Add("split", SplitLine.Of(traffic, unicode));
        if (json.Member("dual_write") is { } dualWrite) facts.Add("dual-write", DualWriteCommand.Line(dualWrite));
        if (json.Member("guard") is { } guard) facts.Add("guard", $"{guard.Text("verdict")}: {guard.Text("observed")}", Cell.ToneOf(guard.Text("verdict")));
        facts.Add("lag", json.Text("sync_lag_ms") is { } lag ? $"{lag} ms" : "not known");
        if (json.Member("sessions") is { } sessions) facts.Add("sessions", Pairs(sessions));
        facts.Add("conflicts", $"{json.Text("conflicts_open") ?? "-"} open", json.Number("conflicts_open") > 0 ? Cell.Doubtful : Style.Plain);
        foreach (var mismatch in json.Items("environment_mismatch"))
            facts.Add("mismatch", mismatch.ValueKind == JsonValueKind.Object ? Pairs(mismatch) : mismatch.Shown(), Cell.Doubtful);
        return facts.Add("cluster", Cluster is null ? ClusterTrouble : ClusterPage.Line(Cluster.Json), Cell.ToneOf(Cluster?.Json.Text("cluster_status") ?? "unhealthy")).Shown;
    }

    private static string Phase(JsonElement json)
    {
        var rehearsal = json.Flag("rehearsal") is true ? ", rehearsal: soaks are seconds" : "";
        var next = json.Member("next") is { } step && step.Text("phase") != json.Text("phase")
            ? $"; next {step.Text("phase")}: {(step.Flag("can_advance") is true ? "can advance" : $"{step.Items("blockers").Count()} blockers")}"
            : "";
        return $"{json.Text("phase")} (epoch {json.Text("epoch")}{rehearsal}){next}";
    }

    private static string Pairs(JsonElement json) => json.ValueKind == JsonValueKind.Object
        ? string.Join(", ", json.EnumerateObject().Where(m => m.Value.ValueKind != JsonValueKind.Null).Select(m => $"{m.Name.Replace('_', ' ')} {m.Value.Shown()}"))
        : json.Shown();
}
