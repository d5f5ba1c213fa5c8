using System.Globalization;
using System.Text;
using GaiaOrleans.Contracts.Problems;
using Microsoft.AspNetCore.Http.Features;

namespace GaiaOrleans.Gateway.Sessions;

/// <summary>Session ids in URLs. Read from the raw target, because a decoded path no longer tells %2F from %252F.</summary>
public static class SessionPath
{
    public const string Prefix = "/api/sessions/";
    public const int LongestId = 255;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="InvalidInputException">The id breaks the rule; nothing else is looked at.</exception>
    public static string IdOf(HttpContext context, string prefix = Prefix)
    {
        var raw = context.Features.Get<IHttpRequestFeature>()?.RawTarget is { Length: > 0 } target ? target : context.Request.Path.Value!;
        var path = raw.Split('?', 2)[0];
        var at = path.IndexOf(prefix, StringComparison.OrdinalIgnoreCase);
        if (at < 0) throw InvalidInputException.Field("id", $"cannot be told: write {prefix} without escapes");
        return Check(Unescape(path[(at + prefix.Length)..]));
    }

    /// <summary>1 to 255 characters, not all of them blank, none of them a control character, well-formed unicode, no dot segment.</summary>
    public static string Check(string id, string member = "id")
    {
        if (id.Length == 0) throw InvalidInputException.Missing(member);
        if (id.Length > LongestId) throw InvalidInputException.Field(member, $"is {id.Length} characters long; {LongestId} are allowed");
        // Orleans has no grain of such a name.
        if (string.IsNullOrWhiteSpace(id)) throw InvalidInputException.Field(member, "is blank");
        // Clients and servers take it out of a path, escaped or not: nobody could ask for it again.
        if (id is "." or "..") throw InvalidInputException.Field(member, "is a dot segment, which no URL can carry");
        // The guide's own loop, jq without -r, sends ids in doubled quotes.
        if (id[0] == '"') throw InvalidInputException.Field(member, "starts with a quote; a shell loop over jq needs jq -r");
        for (var i = 0; i < id.Length; i++)
        {
            if (char.IsControl(id[i])) throw InvalidInputException.Field(member, "has a control character");
            if (char.IsHighSurrogate(id[i]) && i + 1 < id.Length && char.IsLowSurrogate(id[i + 1])) i++;
            else if (char.IsSurrogate(id[i])) throw InvalidInputException.Field(member, "is not well-formed unicode");
        }

        return id;
    }

    /// <summary>Every escape is undone or refused: one that stayed as written would be the same id as its own double escape.</summary>
    private static string Unescape(string escaped)
    {
        try
        {
            var bytes = Strict.GetBytes(escaped);
            var length = 0;
            for (var i = 0; i < bytes.Length; i++)
            {
                var octet = bytes[i];
                if (octet == '%')
                {
                    if (i + 2 >= bytes.Length || !byte.TryParse(bytes.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out octet))
                        throw InvalidInputException.Field("id", "has a % that begins no escape; write it %25");
                    i += 2;
                }

                bytes[length++] = octet;
            }

            return Strict.GetString(bytes, 0, length);
        }
        catch (ArgumentException)
        {
            throw InvalidInputException.Field("id", "is not well-formed unicode");
        }
    }
}
