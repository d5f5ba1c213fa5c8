namespace GaiaOrleans.EndToEnd.Tests.Rollouts;

/// <summary>One answer as its client saw it. Times are ticks of the test's own clock, which all its clients share.</summary>
/// <param name="Epoch">What the answer says it was routed by; null = none, as of a connection that broke.</param>
/// <param name="Version">The session's, as the answer names it.</param>
public sealed record Seen(string Gateway, string Id, bool Write, long Sent, long Received, int Status, long? Epoch, long? Version, string Body);

/// <summary>A change of the rollout whose call has returned.</summary>
public sealed record Returned(long Epoch, long At);

/// <summary>
/// What a client can prove about a fence. An answer of an older epoch that arrives after a change has returned proves nothing: it may have been on
/// the wire, and its request was under way together with the change. Two things do prove something: an answer to a request that was sent only
/// afterwards, and the order in which a session took its changes.
/// </summary>
public static class FenceCheck
{
    /// <summary>Requests sent after a change had returned, and answered under an epoch before it.</summary>
    public static IEnumerable<string> OldAnswers(IEnumerable<Seen> seen, IReadOnlyCollection<Returned> changes) =>
        from answer in seen
        where answer.Epoch < changes.Where(c => c.At < answer.Sent).Select(c => c.Epoch).DefaultIfEmpty().Max()
        select $"{answer.Gateway} answered {answer.Id} under epoch {answer.Epoch}, asked when {changes.Where(c => c.At < answer.Sent).Max(c => c.Epoch)} had returned";

    /// <summary>
    /// Changes of an older epoch that a session took after one that was sent when a newer epoch had returned: they were committed after that.
    /// </summary>
    public static IEnumerable<string> LateCommits(IEnumerable<Seen> seen, IReadOnlyCollection<Returned> changes) =>
        from session in seen.Where(s => s is { Write: true, Version: not null, Epoch: not null }).GroupBy(s => s.Id)
        from late in session
        let overtaken = changes.Where(c => c.Epoch > late.Epoch).Select(c => c.At).DefaultIfEmpty(long.MaxValue).Min()
        from newer in session
        where newer.Sent > overtaken && newer.Version < late.Version
        select $"{late.Id}: version {late.Version} of epoch {late.Epoch} came after version {newer.Version} of epoch {newer.Epoch}, which was sent when the change had returned";

    /// <summary>Answers of an older epoch that arrived after a change had returned, and whose requests were under way before. For the record.</summary>
    public static int Overtaken(IEnumerable<Seen> seen, IReadOnlyCollection<Returned> changes) => seen.Count(s => changes.Any(c => c.At < s.Received && c.Epoch > s.Epoch));
}
