using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Checks;

/// <summary>Whether anybody was answered under an older epoch after a change of the rollout had returned.</summary>
internal static class FenceCheck
{
    /// <param name="fences">When a change returned, and its epoch.</param>
    public static IEnumerable<Violation> Of(IReadOnlyList<Operation> operations, IReadOnlyList<(long At, long Epoch)> fences)
    {
        var inForce = fences.OrderBy(f => f.At).ToList();
        foreach (var operation in operations.Where(o => o is { Outcome: Outcome.Done, Epoch: not null }))
        {
            // Whoever asked after it returned.
            var newest = inForce.TakeWhile(f => f.At < operation.Invoked).Select(f => f.Epoch).DefaultIfEmpty(0).Max();
            if (operation.Epoch < newest) yield return new(ViolationKind.StaleAfterFence, operation.Session, $"answered under epoch {operation.Epoch} when {newest} was in force", [operation]);
        }
    }
}
