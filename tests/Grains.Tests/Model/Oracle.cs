using System.Collections.Immutable;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>A write as its client made it; a retry is the same attempt again.</summary>
internal sealed record Attempt(int N, ChangeKind Kind, string? Key, long? ExpectedVersion);

/// <summary>
/// Everything that one session may say, judging by the answers its clients got, and by what others are known to have written. An answer that
/// no candidate explains is a lost or a doubled write.
/// </summary>
internal sealed class Oracle(string id, Content? initial)
{
    private readonly HashSet<int> _acknowledged = [];
    private ImmutableHashSet<Candidate> _candidates = [new(initial, [])];
    private Attempt? _current;
    private readonly List<Content?> _made = [];
    private bool _moved;

    public Attempt? LastKeyed { get; private set; }

    public long SeenVersion { get; private set; }

    /// <summary>From here on the attempt may take effect, before anybody is answered.</summary>
    public void Begin(Attempt attempt)
    {
        (_current, _moved) = (attempt, false);
        _made.Clear();
    }

    public void End() => _current = null;

    public void Learn(Attempt attempt, Reply reply)
    {
        if (attempt.Key == $"k{attempt.N}") LastKeyed = attempt;
        switch (reply)
        {
            case { Verdict: Verdict.Unknown }:
                if (!_acknowledged.Contains(attempt.N)) Keep(_candidates.Union(Settled(attempt)), "unknown outcome");
                break;
            case { Verdict: Verdict.Refused } when _moved:
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
                // It may have been overruled by what others wrote before it was answered; then the answer shows what stands, or what it made before.
                var standing = _candidates.Where(c => _made.Count > 0 && c.Settled.Contains(attempt.N) && (c.Content == reply.Content || _made.Contains(reply.Content)));
                Keep(Effects(attempt).Where(c => c.Content == reply.Content).Concat(standing), $"write {attempt.N} was acknowledged with {Describe(reply.Content)}");
                break;
        }
    }

    /// <summary>Legacy serves the session, and somebody has changed it there.</summary>
    public void Foreign(Content? content)
    {
        _moved = true;
        _candidates = _candidates.Union(_candidates.Select(c => c with { Content = content }));
    }

    /// <summary>The target begins to serve what legacy served so far.</summary>
    public void Adopted(Content? content) => Keep(_candidates.Where(c => c.Content == content), $"legacy's {Describe(content)} was adopted");

    /// <summary>A change that is not a client's, but is accounted for. What it replaces must be explained by itself.</summary>
    public void Superseded(Content? from, Content? to)
    {
        var effects = _current is null || _acknowledged.Contains(_current.N) ? [] : Settled(_current).Where(c => c.Content == from).ToList();
        _made.AddRange(effects.Select(c => c.Content));
        Keep(_candidates.Where(c => c.Content == from).Concat(effects).Select(c => c with { Content = to }), $"{Describe(from)} gave way to {Describe(to)}");
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

    private IEnumerable<Candidate> Settled(Attempt attempt) => Effects(attempt).Select(c => c with { Settled = c.Settled.Add(attempt.N) });

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
