using System.Collections.Concurrent;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>How often the histories came past each place that the model exists for: a model that never gets there proves nothing.</summary>
internal sealed class Corners
{
    private readonly ConcurrentDictionary<string, int> _visits = new();

    public static readonly string[] All =
    [
        "acknowledged", "replayed", "refused", "unknown", "key refused", "adopted", "adopted a foreign change", "fenced by commit id", "crash after commit", "crash in flight",
        "crash after answer", "late arrival", "waited for a lease", "coalesced", "rejected", "intent fulfilled", "intent withdrawn", "intent rolled forward", "repaired",
        "dual-write off", "dual-write kept on", "generation", "direct write", "repeated by the gateway", "after cutover", "back from cutover",
    ];

    public void Visit(string corner) => _visits.AddOrUpdate(corner, 1, (_, n) => n + 1);

    public IReadOnlyList<string> Missed() => [.. All.Where(c => !_visits.ContainsKey(c))];

    public override string ToString() => string.Join(", ", All.Select(c => $"{c} {_visits.GetValueOrDefault(c)}"));
}
