using System.Collections.Concurrent;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>How often the histories came past each place that the model exists for: a model that never gets there proves nothing.</summary>
internal sealed class Corners
{
    private readonly ConcurrentDictionary<string, int> _visits = new();

    public static readonly string[] All =
    [
        "acknowledged", "replayed", "refused", "unknown", "key refused", "adopted", "adopted a foreign change", "fenced by commit id", "crash AfterCommit", "crash InFlight",
        "crash AfterAnswer", "late arrival", "waited for a lease", "slow commit", "late commit", "coalesced", "rejected", "intent fulfilled", "intent withdrawn", "intent sent again",
        "intent refused later", "intent overtaken", "repaired", "dual-write off", "dual-write kept on", "generation", "direct write", "repeated by the gateway", "after cutover",
        "back from cutover", "written by others", "turned back", "echo under direct writers", "written between read and send", "gone recreated", "conflict go_leads",
        "conflict python_leads", "conflict latest to go", "conflict latest to python", "conflict manual", "drift", "resolved go_leads", "resolved python_leads", "resolved latest",
        "resolved by a value", "resolved in part", "field resolved", "sync go", "sync python", "open at rest", "unseen at rest",
        "imported", "known at import", "listed too long ago",
    ];

    public void Visit(string corner) => _visits.AddOrUpdate(corner, 1, (_, n) => n + 1);

    public IReadOnlyList<string> Missed() => [.. All.Where(c => !_visits.ContainsKey(c))];

    public override string ToString() => string.Join(", ", All.Select(c => $"{c} {_visits.GetValueOrDefault(c)}"));
}
