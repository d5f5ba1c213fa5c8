using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Silo.Preflight;

/// <summary>How an enum value is written.</summary>
internal static class EnumStyle
{
    public const string Lower = "lower";
    public const string Upper = "upper";
    public const string Mixed = "mixed";

    /// <summary><c>SessionStatus.ACTIVE</c></summary>
    public const string PythonRepr = "python_repr";

    /// <summary>Null = it is none of the field's values.</summary>
    public static string? Of(SessionField field, string text) => field.CanonicalValue(text) switch
    {
        null => null,
        var canonical when text == canonical => Lower,
        _ when EnumSpelling.Member(text) != text => PythonRepr,
        _ when !text.Any(char.IsAsciiLetterLower) => Upper,
        _ => Mixed,
    };
}
