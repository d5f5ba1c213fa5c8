using System.Text.Json;
using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>How far legacy differs from itself: what two reads of it, with no change between them, do not agree about.</summary>
public static class ShadowBaseline
{
    /// <summary>Fields that say something about the reading, not about the session. Empty where legacy has no such session.</summary>
    public static IReadOnlySet<string> Unsteady(LegacyRead first, LegacyRead second, DiffRules rules)
    {
        if (first.Raw is null || second.Raw is null) return new HashSet<string>();
        using var one = JsonDocument.Parse(first.Raw);
        using var other = JsonDocument.Parse(second.Raw);
        return SessionDiff.Compare(one.RootElement, other.RootElement, rules).Differences.Select(d => d.Field).ToHashSet();
    }
}
