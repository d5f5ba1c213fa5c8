using System.Text.Json;
using System.Text.Json.Nodes;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>A field in which the two sides differ, or whose value does not fit its type. Open until whatever found it finds it no more.</summary>
/// <param name="Rule">The comparison rule that the values break; <c>type</c> = the value does not fit.</param>
/// <param name="PythonValue">Legacy's value as JSON text, a long one as a string of its beginning; null = missing.</param>
/// <param name="GoValue">The target's value likewise.</param>
/// <param name="Version">The row's version when it was found; 0 = there was no row.</param>
/// <param name="Source"><see cref="Verify"/>, <see cref="Shadow"/> or <see cref="DualWrite"/>.</param>
public sealed record ValidationError(string SessionId, string Field, string Rule, string? PythonValue, string? GoValue, long Version, string Source)
{
    public const string Verify = "verify";
    public const string Shadow = "shadow";
    public const string DualWrite = "dual_write";

    /// <summary>The rule of a value that does not fit its field.</summary>
    public const string Type = "type";

    private const int LongestValue = 4_000;

    // The comparer's word for a document that one side lacks: the only "value" that is no JSON.
    private const string WholeDocument = "present";

    /// <summary>What makes two errors the same one.</summary>
    public (string SessionId, string Field, string Source) Key => (SessionId, Field, Source);

    public static ValidationError Of(string sessionId, Misfit misfit, long version) =>
        new(sessionId, misfit.Field.Name, Type, Value(misfit.Value), null, version, DualWrite);

    public static ValidationError Of(string sessionId, FieldDifference difference, long version) =>
        new(sessionId, difference.Field, difference.Rule, Value(difference.PythonValue), Value(difference.GoValue), version, Verify);

    /// <summary>What a side showed, as JSON that can be stored and answered.</summary>
    private static string? Value(string? shown) => shown is null || IsPlain(shown)
        ? shown
        : JsonValue.Create(shown.Length <= LongestValue ? shown : shown[..LongestValue] + "…").ToJsonString();

    private static bool IsPlain(string shown)
    {
        if (shown == WholeDocument || shown.Length > LongestValue) return false;
        using var json = JsonDocument.Parse(shown);
        return JsonText.Find(json.RootElement) is null;
    }
}

/// <summary>A validation error as it is kept.</summary>
/// <param name="At">When it was found last.</param>
public sealed record KeptValidationError(ValidationError Error, DateTimeOffset At, bool Resolved);

/// <summary>Newest first.</summary>
/// <param name="Open">How many are open in all.</param>
public sealed record ValidationErrors(IReadOnlyList<KeptValidationError> Errors, long Open);
