using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Conflicts;
using GaiaOrleans.Grains.Runs;

namespace GaiaOrleans.Silo.Conflicts;

/// <summary>An operator's word, carried to the session.</summary>
internal static class ConflictDecision
{
    /// <param name="open">Of one session, at least one.</param>
    /// <param name="strategy">Null = <paramref name="value"/> is the field's, which there is for single fields alone.</param>
    /// <returns>What the last of them came to.</returns>
    public static async Task<SessionSettlement> Carry(
        IGrainFactory grains, IReadOnlyCollection<ConflictRecord> open, ConflictStrategy? strategy, byte[]? value, Caller caller, CancellationToken cancellationToken)
    {
        var session = grains.GetGrain<ISessionGrain>(open.First().SessionId);
        SessionSettlement? settled = null;
        string[] fields = [.. open.Where(c => !SetAside.Is(c.Field)).Select(c => c.Field)];
        if (fields.Length > 0) settled = await FanOut.Retrying(() => session.Resolve(new(fields, strategy, value, caller), cancellationToken));
        // The newest last: of several it is the one that counts.
        foreach (var aside in open.Where(c => SetAside.Is(c.Field)).OrderBy(c => c.Id))
        {
            var decided = strategy ?? throw InvalidInputException.Field("value", "is for a single field; this conflict is about the session as a whole");
            settled = await FanOut.Retrying(() => session.DecideAside(aside.Id, decided, caller, cancellationToken));
        }

        return settled!;
    }
}
