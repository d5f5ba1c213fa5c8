namespace GaiaOrleans.Grains.Sessions;

/// <summary>Python prints an enum member as <c>SessionStatus.ACTIVE</c>, or with its module before that.</summary>
public static class EnumSpelling
{
    /// <summary>The member's name; the text itself when it is no such path of identifiers.</summary>
    public static string Member(string text)
    {
        var dot = text.LastIndexOf('.');
        return dot >= 0 && text.Split('.').All(IsIdentifier) ? text[(dot + 1)..] : text;
    }

    private static bool IsIdentifier(string part) =>
        part.Length > 0 && !char.IsAsciiDigit(part[0]) && part.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
