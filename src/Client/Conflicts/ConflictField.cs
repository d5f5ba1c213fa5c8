using System.Text.Json;
using GaiaOrleans.Client.Output;

namespace GaiaOrleans.Client.Conflicts;

/// <summary>What a conflict is about: one field, or the session as a whole, where one side has none or legacy refuses it.</summary>
internal static class ConflictField
{
    private const string Whole = "$";
    private const string SetAside = "$set_aside/";

    public static bool IsWhole(JsonElement conflict) => conflict.Text("field") == Whole;

    /// <summary>The incarnation that began when the cluster's state was set aside; null = it was not, this is another conflict.</summary>
    public static string? Incarnation(JsonElement conflict) => conflict.Text("field") is { } field && field.StartsWith(SetAside, StringComparison.Ordinal) ? field[SetAside.Length..] : null;

    public static string? Shown(string? field) => field == Whole ? "whole session" : field is not null && field.StartsWith(SetAside, StringComparison.Ordinal) ? "set aside" : field;
}
