using System.Collections.Immutable;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>A write as its client made it; a retry is the same attempt again.</summary>
internal sealed record Attempt(int N, ChangeKind Kind, string? Key, long? ExpectedVersion);

/// <summary>Everything that one session may say, judging by the answers its clients got. An answer that no candidate explains is a lost or a doubled write.</summary>
internal sealed class Oracle(string id, Content? initial)
{
    private readonly HashSet<int> _acknowledged = [];
    private ImmutableHashSet<Candidate> _candidates = [new(initial, [])];

    public Attempt? LastKeyed { get; private set; }

    public long SeenVersion { get; private set; }

    public void Learn(Attempt attempt, Reply reply)
    {
        if (attempt.Key == $"k{attempt.N}") LastKeyed = attempt;
        switch (reply)
        {
            case { Verdict: Verdict.Unknown }:
                if (!_acknowledged.Contains(attempt.N)) Keep(_candidates.Union(Effects(attempt).Select(c => c with { Settled = c.Settled.Add(attempt.N) })), "unknown outcome");
                break;
            case { Verdict: Verdict.Refused, Problem: SessionExistsException }:
                Keep(_candidates.Where(c => c.Content is not null), "it said that the session exists");
                break;
            case { Verdict: Verdict.Refused, Problem: UnknownSessionException }:
                Keep(_candidates.Where(c => c.Content is null), "it said that there is no session");
                break;
            case { Verdict: Verdict.Refused }:
                break;
            case { Replayed: true }:
                if (_acknowledged.Add(attempt.N)) Keep(_candidates.Where(c => c.Settled.Contains(attempt.N)), $"write {attempt.N} was replayed");
                break;
            default:
                if (!_acknowledged.Add(attempt.N)) throw new Violation("I4", $"write {attempt.N} of {id} took effect a second time");
                SeenVersion = reply.Version;
                Keep(Effects(attempt).Where(c => c.Content == reply.Content), $"write {attempt.N} was acknowledged with {reply.Content?.ToString() ?? "nothing"}");
                break;
        }
    }

    /// <summary>What the serving side shows now must be one of the candidates.</summary>
    public void Check(Content? shown, string where)
    {
        if (_candidates.All(c => c.Content != shown)) throw new Violation("I1", $"{where} shows {Describe(shown)} for {id}; explained would be {this}");
    }

    /// <summary>Nothing is under way: the truth is what is shown.</summary>
    public void Collapse(Content? shown, string where)
    {
        Check(shown, where);
        _candidates = [.. _candidates.Where(c => c.Content == shown)];
    }

    public override string ToString() => string.Join(" or ", _candidates.Select(c => Describe(c.Content)).Distinct());

    private IEnumerable<Candidate> Effects(Attempt attempt) => _candidates
        .Where(c => !c.Settled.Contains(attempt.N) && Content.Allows(c.Content, attempt.Kind))
        .Select(c => c with { Content = Content.After(c.Content, attempt.Kind, attempt.N) });

    private void Keep(IEnumerable<Candidate> candidates, string because)
    {
        var kept = candidates.ToImmutableHashSet();
        if (kept.IsEmpty) throw new Violation("I1", $"{id}: {because}, but it could only be {this}");
        _candidates = kept;
    }

    private static string Describe(Content? content) => content is null ? "nothing" : $"{content.Name}[{content.Marks}]";
}
