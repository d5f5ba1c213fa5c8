using System.Text.Json;
using GaiaOrleans.Grains.Conflicts;

namespace GaiaOrleans.Silo.Consoles;

/// <summary>What an operator reads of one conflict, and what each of the two buttons would do. Where that deletes a session, or may, the button says so and looks so.</summary>
internal sealed record ConflictCard(string Go, string Python, Choice KeepGo, Choice KeepPython)
{
    private const string None = "no such session";

    /// <summary>What <c>ConflictRules.Refusal</c> writes in python's place.</summary>
    private const string Rejected = "rejected";

    private static readonly Choice KeepItOfGo = new("Keep go's"), KeepItOfPython = new("Keep python's");

    public static ConflictCard Of(ConflictRecord conflict) => conflict switch
    {
        { GoValue: var go } when SetAside.Is(conflict.Field) =>
            new(go ?? None, "the session as it is", go is null ? new("Delete the session on both sides", Grave: true) : KeepItOfGo, KeepItOfPython),
        { Field: ConflictRules.Whole, PythonValue: { } python, GoValue: var go } when Refusal(python) is { } refusal =>
            new(go ?? None, refusal, new(go is null ? "Delete it on GAIA_HOME again" : "Send go's again"), new("Take what GAIA_HOME has, deleting it here if that is none", Grave: true)),
        { Field: ConflictRules.Whole, PythonValue: var python, GoValue: var go } => new(
            go ?? None, python ?? None,
            go is null ? new("Delete it on GAIA_HOME too", Grave: true) : KeepItOfGo,
            python is null ? new("Delete it here too", Grave: true) : KeepItOfPython),
        _ => new(conflict.GoValue ?? "absent", conflict.PythonValue ?? "absent", KeepItOfGo, KeepItOfPython),
    };

    private static string? Refusal(string python)
    {
        using var json = JsonDocument.Parse(python);
        if (json.RootElement is not { ValueKind: JsonValueKind.Object } shown || !shown.TryGetProperty(Rejected, out var status) || status.ValueKind != JsonValueKind.Number) return null;
        return $"refuses it: {status} {(shown.TryGetProperty("answer", out var answer) ? answer : default)}".TrimEnd();
    }
}

/// <summary>A button of a form: what it says, and whether it looks as if it could not be undone.</summary>
internal sealed record Choice(string Says, bool Grave = false)
{
    public string? Class => Grave ? "grave" : null;
}
