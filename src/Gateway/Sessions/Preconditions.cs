using System.Globalization;
using GaiaOrleans.Contracts.Problems;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace GaiaOrleans.Gateway.Sessions;

/// <summary>Which versions of a session a write may replace (If-Match).</summary>
/// <param name="Any">The star: whichever is there, but there must be one.</param>
/// <param name="Versions">Those of our own ETags; one of somebody else's, or a weak one, matches nothing.</param>
public sealed record IfMatch(bool Any, IReadOnlyList<long> Versions)
{
    // No session that is there has this version.
    private const long None = 0;

    /// <summary>
    /// As the session is told: it decides, after it has looked whether it knows the request already. The highest, which is nearly always the one that is there: a silo of
    /// an older build looks at no other. Null = it need not be a certain one.
    /// </summary>
    public long? First => Any ? null : Versions is [var first, ..] ? first : None;

    /// <summary>Null = there are no others.</summary>
    public long[]? Others => Any || Versions.Count < 2 ? null : [.. Versions.Skip(1)];

    public static IfMatch? Of(StringValues header)
    {
        if (header.Count == 0) return null;
        // Taken for none, it would let a change through that was meant to have a condition.
        if (StringValues.IsNullOrEmpty(header)) throw InvalidInputException.Field("If-Match", "is empty; leave it out, or name the ETag of what is to be changed");
        // A bare number is what a shell leaves of a quoted one.
        if (Number(header.ToString()) is { } bare) return new(false, [bare]);
        if (!EntityTagHeaderValue.TryParseList(header.ToArray()!, out var tags)) throw InvalidInputException.Field("If-Match", "must be an ETag that this API gave, for example \"3\"");
        return new(tags.Contains(EntityTagHeaderValue.Any), [.. tags.Where(t => !t.IsWeak).Select(t => Number(t.Tag.ToString().Trim('"'))).OfType<long>().OrderDescending()]);
    }

    private static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>If-None-Match: compared weakly, as reads compare.</summary>
public static class IfNoneMatch
{
    public static bool Holds(StringValues header, string etag)
    {
        if (StringValues.IsNullOrEmpty(header) || !EntityTagHeaderValue.TryParseList(header.ToArray()!, out var tags)) return false;
        var ours = new EntityTagHeaderValue(etag);
        return tags.Any(t => t.Equals(EntityTagHeaderValue.Any) || t.Compare(ours, useStrongComparison: false));
    }

    public static bool IsStar(StringValues header) => header.ToString().Trim() == "*";
}
