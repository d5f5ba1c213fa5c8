using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Conflicts;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>
/// Looks at each commit: what a session says changes by a client's write, by taking over what legacy really showed, or by a decision that
/// the commit itself writes into the log, and in no other way.
/// </summary>
internal sealed class CommitAudit(World world)
{
    public void Committed(SessionRow before, SessionCommit commit, LegacyPort legacy)
    {
        var (next, seen) = (commit.Next, legacy.Seen);
        var effect = next.RecentSends.LastOrDefault() is { } last && last.RequestId != Guid.Empty && before.RecentSends.All(s => s.RequestId != last.RequestId);
        NoteLead(before, next, effect);
        NoteCourse(before, commit, effect);
        new ConflictAudit(world, before, next, legacy).Check();
        // The reply to the client says what its write made of the session.
        if (effect && before.Intent is null) return;
        // What is stored while legacy serves is read anew before it is believed.
        if (world.Forwarding) return;
        var from = Content.Of((effect ? before.Intent!.Document : before.Document)?.Utf8);
        var to = Content.Of(next.Document?.Utf8);
        var oracle = world.Oracles[next.Id];
        // An intent alone says nothing yet about a session that was not known before.
        if (SessionRules.NeedsAdoption(next with { Intent = null }, world.Store.Rollout)) return;
        if (SessionRules.NeedsAdoption(before, world.Store.Rollout)) Adopted(oracle, next, seen, to);
        else if (from != to) Changed(oracle, before, effect, next, seen, (from, to));
    }

    /// <summary>Until now legacy's word was the truth: what is stored is one of the things that it may have said, unless an operator put the row above it.</summary>
    private void Adopted(Oracle oracle, SessionRow next, LegacyRead? seen, Content? to)
    {
        var shown = Content.Of(seen?.Document?.Utf8);
        if (to != shown && next.Log.Any(l => l.Resolution?.Strategy == "sync"))
        {
            Covered(KnownValues.Of(seen?.Document?.Text()).Except(KnownValues.Of(next.Document?.Text())), next, l => l.PythonValue);
            oracle.Superseded(shown, to);
            return;
        }

        oracle.Adopted(to);
        world.Corners.Visit("adopted");
    }

    private void Changed(Oracle oracle, SessionRow before, bool effect, SessionRow next, LegacyRead? seen, (Content? From, Content? To) content)
    {
        var ours = effect ? before.Intent!.Document : before.Document;
        var ahead = effect || before.LegacyVersion < before.Version;
        var held = before.Conflict;
        if (next.Log.FirstOrDefault(l => l.Field != ConflictRules.Whole && l.Resolution is { By: not "system" } by && by.Strategy != "sync") is not null)
        {
            var expected = FieldDecision.Apply(content.From!, next.Log, world.OperatorsValue, ConflictAudit.Newer(held!.Python, ours));
            if (content.To != expected) throw Found($"an operator's decision made {content.To} of {content.From}; it should be {expected}");
            world.Corners.Visit("field resolved");
        }
        else
        {
            if (content.To != Content.Of(seen?.Document?.Utf8)) throw Found($"{next.Id} became {content.To}, which legacy did not show");
            if (ahead) Covered(KnownValues.Of(ours?.Text()).Except(KnownValues.Of(next.Document?.Text())), next, l => l.GoValue);
            if (ahead && world.Store.Rollout.AfterCutover && !world.SettingsAreFresh && next.Log.All(l => l.Resolution?.By == "system")) throw Found($"after cutover {next.Id} took {content.To} from legacy");
            if (!Decides(next)) world.Corners.Visit("adopted a foreign change");
        }

        oracle.Superseded(content.From, content.To);
    }

    private static void Covered(IEnumerable<(string Field, string Value)> values, SessionRow next, Func<ConflictEntry, string?> side)
    {
        var logged = next.Log.SelectMany(l => KnownValues.Of(l, side(l))).ToHashSet();
        foreach (var value in values.Where(v => !logged.Contains(v))) throw Found($"version {next.Version} of {next.Id} drops {value.Field} {value.Value} and the log does not say so");
    }

    /// <summary>Who leads a write is the same for all writes of one epoch.</summary>
    private void NoteLead(SessionRow before, SessionRow next, bool effect)
    {
        if (before.Intent is null && next.Intent is not null) world.Decided(next.Id, Side.Python);
        else if (before.Intent is null && effect) world.Decided(next.Id, Side.Go);
    }

    private void NoteCourse(SessionRow before, SessionCommit commit, bool effect)
    {
        var next = commit.Next;
        if (before.Intent is not null && next.Intent is null)
            world.Corners.Visit(!effect ? "intent withdrawn" : next.LegacyVersion == next.Version && !Decides(next) ? "intent fulfilled" : next.Rejected is not null ? "intent refused later" : "intent overtaken");
        else if (before.Intent is not null) world.Corners.Visit("intent sent again");
        else if (before.Version == next.Version && commit.SendLease is not null && next.Intent is null && !Decides(next)) world.Corners.Visit("repaired");
    }

    /// <summary>The other lines only close what was open.</summary>
    private static bool Decides(SessionRow row) => row.Log.Any(l => l.PythonValue is not null || l.GoValue is not null);

    private static Violation Found(string message) => new("I1", message);
}
