namespace GaiaOrleans.Grains.Sessions;

/// <summary>Text as PostgreSQL can hold it: without NUL, and without halves of characters, which the driver refuses.</summary>
public static class StorableText
{
    public static bool Is(string text) => Of(text) == text;

    public static string Of(string text) => text.AsSpan().ContainsAnyInRange('\ud800', '\udfff') || text.Contains('\0')
        ? string.Concat(text.EnumerateRunes().Where(r => r.Value != 0))
        : text;
}
