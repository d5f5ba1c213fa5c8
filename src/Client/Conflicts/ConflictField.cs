using System.Text.Json;
using GaiaOrleans.Client.Output;

namespace GaiaOrleans.Client.Conflicts;

/// <summary>What a conflict is about: one field, or the session as a whole, where one side has none or legacy refuses it.</summary>
internal static class ConflictField
{
    private const string Whole = "$";

    public static bool IsWhole(JsonElement conflict) => conflict.Text("field") == Whole;

    public static string? Shown(string? field) => field == Whole ? "whole session" : field;
}
