using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Checks;

/// <summary>Whether anybody was answered under an older epoch after a change of the rollout had returned.</summary>
internal static class FenceCheck
{
    /// <param name="fences">When a change returned, and its epoch.</param>
    public static IEnumerable<Violation> Of(IReadOnlyList<Operation> operations, IReadOnlyList<(long At, long Epoch)> fences)
    {
        var inForce = new Timeline<long>(fences, Math.Max);
        foreach (var operation in operations.Where(o => o.Epoch is not null && Decided(o)))
            // Whoever asked after it returned.
            if (inForce.Before(operation.Invoked, 0) is var newest && operation.Epoch < newest)
                yield return new(ViolationKind.StaleAfterFence, operation.Session, $"answered under epoch {operation.Epoch} when {newest} was in force", [operation]);
    }

    /// <summary>Also that there is no such session, or that it is another version. That nobody can tell at the moment is said without looking.</summary>
    private static bool Decided(Operation operation) => operation.Outcome == Outcome.Done || (operation.Outcome == Outcome.Refused && operation.Said.StartsWith('4'));
}
