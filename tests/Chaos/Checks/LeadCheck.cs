using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Checks;

/// <summary>Whether, within one epoch, two sides have been the one that a session's changes were taken to first.</summary>
internal static class LeadCheck
{
    /// <param name="operations">Of one session.</param>
    public static IEnumerable<Violation> Of(IReadOnlyList<Operation> operations) =>
        from change in operations
        where change is { Change: true, Outcome: Outcome.Done, Epoch: not null, Side: not null }
        group change by change.Epoch into epoch
        let leads = epoch.DistinctBy(c => c.Side).ToList()
        where leads.Count > 1
        select new Violation(ViolationKind.TwoLeads, leads[0].Session, $"two sides led in epoch {epoch.Key}", leads);
}
