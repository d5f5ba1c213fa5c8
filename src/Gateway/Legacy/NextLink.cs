namespace GaiaOrleans.Gateway.Legacy;

/// <summary>The next page in a <c>Link</c> header (RFC 8288).</summary>
public static class NextLink
{
    /// <summary>Where it leads to; null = there is none.</summary>
    public static string? Find(string? header)
    {
        for (var rest = header ?? ""; rest.IndexOf('<') is >= 0 and var open;)
        {
            var close = rest.IndexOf('>', open);
            if (close < 0) return null;
            var following = rest.IndexOf('<', close);
            var parameters = following < 0 ? rest[(close + 1)..] : rest[(close + 1)..following];
            if (IsNext(parameters)) return rest[(open + 1)..close];
            rest = rest[(close + 1)..];
        }

        return null;
    }

    private static bool IsNext(string parameters) => parameters
        .Split([';', ','], StringSplitOptions.TrimEntries)
        .Select(p => p.Split('=', 2, StringSplitOptions.TrimEntries))
        .Any(p => p is [var name, var value] && name.Equals("rel", StringComparison.OrdinalIgnoreCase)
            && value.Trim('"').Split(' ').Contains("next", StringComparer.OrdinalIgnoreCase));
}
