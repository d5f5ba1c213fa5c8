using System.Globalization;
using GaiaOrleans.Contracts;
using GaiaOrleans.Grains.Conflicts;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>Who won, and whether the strategy in force says so; what is held for an operator is what legacy showed.</summary>
internal sealed class ConflictAudit(World world, SessionRow before, SessionRow next, LegacyPort legacy)
{
    public void Check()
    {
        if (next.Log.Select(l => l.Field).Distinct().Count() < next.Log.Length) throw Found("has two lines of one field in one commit");
        foreach (var by in next.Log.Where(l => l.Resolution is { By: "system" }).Select(l => l.Resolution!.Strategy).Distinct()) BySystem(by);
        foreach (var line in next.Log.Where(l => l.Resolution is { By: not "system" })) ByOperator(line);
        if (next.Conflict is { } conflict && !ReferenceEquals(conflict, before.Conflict)) Held(conflict);
        // Unless a delete of our own was acknowledged while the commit that brought it back was on its way, or has come late.
        if (before.LegacyHash is not null && next.LegacyHash is null && next.LegacyVersion == before.LegacyVersion && next.Live && next.Log.All(l => l.Field != ConflictRules.Whole) && !SentAgain())
            throw Found("forgets that legacy had it, and the log does not say so");
    }

    /// <summary>Legacy showed no session: as after a delete that was sent before the present state and not answered, or where nobody else is said to write.</summary>
    private bool SentAgain() =>
        before.InSync && next.Version == before.Version + 1 && next.Document!.Text() == before.Document?.Text()
        && (!legacy.OthersWrite || before.RecentSends.Any(s => s.Hash == SentDocument.HashOf(null, SessionField.Stamped)));

    private void BySystem(string strategy)
    {
        if (strategy is "deleted" or "superseded") return;
        Foreign();
        var python = next.LegacyVersion == next.Version;
        var should = strategy switch
        {
            "go_leads" or "drift" => false,
            "python_leads" => true,
            "latest" => Newer(legacy.Seen?.Document, Ours()),
            _ => throw Found($"was decided by {strategy}"),
        };
        if (python != should) throw Found($"went to {(python ? "python" : "go")} by {strategy}");
        var expected = world.Store.Rollout.AfterCutover ? "drift" : world.Store.Rollout.ConflictStrategy.Wire();
        if (strategy != expected && !world.SettingsAreFresh) throw Found($"was decided by {strategy} while {expected} is in force");
        world.Corners.Visit(strategy == "latest" ? $"conflict latest to {(python ? "python" : "go")}" : strategy == "drift" ? strategy : $"conflict {strategy}");
    }

    private void ByOperator(ConflictEntry line)
    {
        var strategy = line.Resolution!.Strategy;
        if (strategy == "sync") world.Corners.Visit($"sync {(next.LegacyVersion == next.Version ? "python" : "go")}");
        if (line.Field == ConflictRules.Whole || strategy == "sync" || before.Conflict is null) return;
        var (python, go) = (KnownValues.Of(before.Conflict.Python?.Text()), KnownValues.Of(before.Document?.Text()));
        if (KnownValues.Of(line, line.PythonValue).Any(v => KnownValues.Fields.Contains(v.Field) && !python.Contains(v)) || KnownValues.Of(line, line.GoValue).Any(v => KnownValues.Fields.Contains(v.Field) && !go.Contains(v)))
            throw Found($"logs values of {line.Field} that neither side had");
        world.Corners.Visit(strategy == "manual" ? "resolved by a value" : $"resolved {strategy}");
    }

    private void Held(SessionConflict conflict)
    {
        if (before.Conflict is not null && conflict.Fields.Length < before.Conflict.Fields.Length)
        {
            world.Corners.Visit("resolved in part");
            return;
        }

        Foreign();
        if (Content.Of(conflict.Python?.Utf8) != Content.Of(legacy.Seen?.Document?.Utf8)) throw Found("holds as legacy's what legacy did not show");
        if (conflict.Fields.Except(next.Log.Where(l => l.Resolution is null).Select(l => l.Field)).Any()) throw Found("holds fields that the log does not show");
        world.Corners.Visit("conflict manual");
    }

    /// <summary>It takes two: what legacy has from us alone, late or not, is no conflict.</summary>
    private void Foreign()
    {
        if (!legacy.SeenByOthers) throw Found("is with nobody: legacy showed what it had from us");
    }

    private SessionDocument? Ours() => before.Intent is { } intent && next.Intent is null ? intent.Document : before.Document;

    /// <summary>The side that has none has no time to win by.</summary>
    public static bool Newer(SessionDocument? python, SessionDocument? go) => python is not null && (go is null || Updated(python) > Updated(go));

    private static DateTimeOffset Updated(SessionDocument document) =>
        DateTimeOffset.Parse(document.Member("updated_at").GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private Violation Found(string what) => new("I2", $"the conflict of {next.Id} {what}");
}
