using System.Globalization;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Silo.Legacy;
using LegacyAuth = GaiaOrleans.Gateway.Legacy.LegacyAuth;

namespace GaiaOrleans.Silo.Preflight;

/// <param name="Current">What it is now; null = not set.</param>
internal sealed record Setting(string Name, string Value, string? Current, string Why);

/// <summary>The environment that silos and gateways should be given for this GAIA_HOME. Pure. A credential is never shown.</summary>
internal static class PreflightSettings
{
    private const string Hidden = "(the credential)";

    public static IReadOnlyList<Setting> Of(PreflightFacts facts, LegacyOptions configured)
    {
        var settings = new List<Setting> { new("Legacy__BaseUrl", configured.BaseUrl, configured.BaseUrl, "what was looked at") };
        if (facts.Auth is { } auth) AddAuth(settings, auth, configured);
        if (facts.List is { Shape: { } shape } list)
        {
            settings.Add(new("Legacy__ListShape", shape, configured.ListShape, "as the list is; also the shape in which gateways will serve it"));
            if (list.IdField is { } member && configured.IdField is var now)
                settings.Add(new("Legacy__IdField", facts.Records?.IdMembers.GetValueOrDefault(now) > 0 ? now : member, now, "ids work under it"));
            if (list.Paging == ListPaging.None && list.Sessions == configured.PageSize)
                settings.Add(new("Legacy__PageSize", Text(configured.PageSize + 1), Text(configured.PageSize), "the whole list has just as many sessions as a page"));
        }

        if (facts.Reads is { } reads) AddStamps(settings, reads, configured);
        if (facts.Records?.Largest is { } largest && largest.Bytes > configured.MaxBodyBytes)
            settings.Add(new("Legacy__MaxBodyBytes", Text(RecordFindings.Roomy(largest.Bytes)), Text(configured.MaxBodyBytes), $"the largest document has {largest.Bytes} bytes"));
        return settings;
    }

    private static void AddAuth(List<Setting> settings, AuthFacts auth, LegacyOptions configured)
    {
        if (auth.Accepted is true)
        {
            settings.Add(new("Legacy__Auth", configured.Auth, configured.Auth, "accepted"));
            if (configured.Auth != LegacyAuth.None) settings.Add(new("Legacy__Credential", Hidden, Hidden, "accepted"));
        }
        else if (auth.Accepted is false)
        {
            var asked = auth.Challenge?.Split(' ', 2)[0].ToLowerInvariant() is LegacyAuth.Bearer or LegacyAuth.Basic ? auth.Challenge.Split(' ', 2)[0].ToLowerInvariant() : null;
            settings.Add(new("Legacy__Auth", asked ?? "(one of " + string.Join(", ", LegacyAuth.All.Skip(1)) + ")", configured.Auth, asked is null ? "it was refused" : "it was refused, and asked for this"));
            settings.Add(new("Legacy__Credential", Hidden, configured.Auth == LegacyAuth.None ? null : Hidden, "it was refused"));
        }
    }

    private static void AddStamps(List<Setting> settings, ReadFacts reads, LegacyOptions configured)
    {
        var known = configured.StampedFields.Count == 0 ? [SessionField.UpdatedAt] : configured.StampedFields.ToList();
        // A known field that is no time cannot be left out where clients write past us: the silo would refuse to start.
        var found = ReadFindings.Stamped(reads)
            .Where(f => !known.Contains(f) && (!configured.DirectWriters || !SessionField.ByName.TryGetValue(f, out var field) || field.Kind == FieldKind.Timestamp))
            .ToList();
        if (found.Count == 0) return;
        foreach (var (index, field) in known.Concat(found).Index())
            settings.Add(new($"Legacy__StampedFields__{Text(index)}", field, configured.StampedFields.ElementAtOrDefault(index), found.Contains(field) ? "it changes by itself" : "as before"));
        foreach (var field in found) settings.Add(new($"Diff__Fields__{field}", "ignore", null, "no two reads agree on it"));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
