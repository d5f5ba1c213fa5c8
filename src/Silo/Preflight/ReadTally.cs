using System.Text.Json;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Silo.Preflight;

/// <summary>Three looks at the same sessions (listed, alone, alone again), and what may be concluded from where they differ.</summary>
internal sealed class ReadTally
{
    private const int MostNames = 100;

    // As a verification compares, but exact to the microsecond, and updated_at included: it tells a write from a habit.
    private static readonly DiffRules Rules = new(
        DiffRules.Default.ByField.Where(r => r.Key != SessionField.UpdatedAt).Append(new(SessionField.UpdatedAt, DiffRule.Timestamp)).ToDictionary(),
        DiffRules.Default.Otherwise, TimeSpan.Zero);

    private readonly List<IReadOnlyList<FieldDifference>> _listed = [];
    private readonly List<IReadOnlyList<FieldDifference>> _again = [];

    public void First(byte[] listed, byte[] alone) => _listed.Add(Compare(listed, alone));

    public void Second(byte[] alone, byte[] again) => _again.Add(Compare(alone, again));

    public ReadFacts Facts()
    {
        // Where every single read moves it, it says nothing about writes.
        var stampsReads = _again.Count > 1 && _again.All(Written);
        bool Quiet(IReadOnlyList<FieldDifference> differences) => stampsReads || !Written(differences);
        var restless = Top(_again.Where(Quiet).SelectMany(d => d).Select(d => d.Field));
        var disagreeing = _listed.Where(Quiet).SelectMany(d => d).Where(d => !restless.ContainsKey(d.Field)).ToList();
        return new()
        {
            WrittenMeanwhile = _listed.Count(d => !Quiet(d)) + _again.Count(d => !Quiet(d)),
            Compared = _listed.Count,
            MissingInList = Top(disagreeing.Where(d => Nothing(d.PythonValue)).Select(d => d.Field)),
            OnlyInList = Top(disagreeing.Where(d => Nothing(d.GoValue)).Select(d => d.Field)),
            OtherInList = Top(disagreeing.Where(d => !Nothing(d.PythonValue) && !Nothing(d.GoValue)).Select(d => d.Field)),
            Reread = _again.Count,
            Undisturbed = _again.Count(Quiet),
            Volatile = restless,
        };
    }

    private static IReadOnlyList<FieldDifference> Compare(byte[] before, byte[] after)
    {
        using var left = JsonDocument.Parse(before);
        using var right = JsonDocument.Parse(after);
        return SessionDiff.Compare(left.RootElement, right.RootElement, Rules).Differences;
    }

    private static bool Written(IReadOnlyList<FieldDifference> differences) =>
        differences.Any(d => d.Field == SessionField.UpdatedAt && !Nothing(d.PythonValue) && !Nothing(d.GoValue));

    private static bool Nothing(string? value) => value is null or "null";

    private static IReadOnlyDictionary<string, int> Top(IEnumerable<string> names)
    {
        var counts = new Counts();
        foreach (var name in names) counts.Add(name);
        return counts.Top(MostNames);
    }
}
