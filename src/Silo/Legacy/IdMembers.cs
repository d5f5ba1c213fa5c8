using System.Text.Json;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Silo.Legacy;

/// <summary>The members under which GAIA_HOME may keep a session's id.</summary>
internal static class IdMembers
{
    public const string Id = "id";

    /// <summary>In the order in which they are believed.</summary>
    public static readonly IReadOnlyList<string> All = [Id, "session_id", "session_name", "name"];

    /// <summary>The id under a member; null when there is none or it cannot be an id. Whole numbers count: Python's clients do not tell 7 from "7".</summary>
    public static string? Read(JsonElement record, string member)
    {
        if (!record.TryGetProperty(member, out var value)) return null;
        var id = value.ValueKind switch
        {
            JsonValueKind.String when JsonText.Flaw(value) is null => value.GetString(),
            JsonValueKind.Number when value.TryGetInt64(out _) => value.GetRawText(),
            _ => null,
        };
        // Nor is a blank one: no grain has such a name.
        return string.IsNullOrWhiteSpace(id) ? null : id;
    }

    /// <summary>Members that hold an id, with it.</summary>
    public static IReadOnlyList<(string Member, string Id)> Candidates(JsonElement record) =>
        [.. All.Select(member => (Member: member, Id: Read(record, member)!)).Where(found => found.Id is not null)];
}
