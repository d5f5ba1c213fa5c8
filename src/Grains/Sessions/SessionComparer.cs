using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>The verdict on one session, from its row and a read of legacy made between two of its writes.</summary>
public static class SessionComparer
{
    private static readonly IReadOnlyDictionary<string, int> Quiet = new Dictionary<string, int>();

    public static (SessionComparison Comparison, IReadOnlyDictionary<string, int> Noise) Compare(SessionRow row, LegacyRead legacy, DiffRules rules)
    {
        var python = legacy.Document;
        var go = row.Document;
        if (python is null && go is null) return (Verdict(SessionComparison.Equal, []), Quiet);
        // What is on its way is not a mismatch, whatever legacy shows at the moment.
        if (row.Pending) return (Verdict(SessionComparison.Pending, []), Quiet);
        if (python is null || go is null)
            return (Verdict(SessionComparison.Different, [new("$", "exact", python is null ? null : "present", go is null ? null : "present")]), Quiet);

        // Legacy's own spelling against ours: what the rules excuse is counted as noise, so nobody has to guess how much they excuse.
        using var left = System.Text.Json.JsonDocument.Parse(legacy.Raw!);
        using var right = go.Parse();
        var diff = SessionDiff.Compare(left.RootElement, right.RootElement, rules);
        return (Verdict(diff.Equal ? SessionComparison.Equal : SessionComparison.Different, [.. diff.Differences]), diff.Noise);

        SessionComparison Verdict(string status, FieldDifference[] differences) => new(status, row.Version, legacy.Raw, go?.Utf8, differences);
    }
}
