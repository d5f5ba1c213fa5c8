using System.Runtime.CompilerServices;
using GaiaOrleans.Grains.Events;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Archives;

/// <summary>What a cluster that keeps nothing has to show for itself while it lives.</summary>
public sealed class InMemoryEvidence(IRolloutStore rollout, ISessionStore sessions, IEventLog events) : IEvidenceSource
{
    public async IAsyncEnumerable<EvidenceEntry> Read([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var entry in (await rollout.History(int.MaxValue, cancellationToken)).Reverse()) yield return Of("history", entry);
        foreach (var error in (await sessions.ListInvalid(int.MaxValue, true, cancellationToken)).Errors.Where(e => e.Error.Source == ValidationError.Verify).Reverse()) yield return Of("mismatch", error);
        foreach (var conflict in (await sessions.Conflicts(int.MaxValue, null, cancellationToken)).Reverse()) yield return Of("conflict", conflict);
        foreach (var e in await events.After(0, int.MaxValue, cancellationToken)) yield return Of("event", e);
    }

    private static EvidenceEntry Of(string kind, object data) => new(kind, EventDraft.Json(data));
}
