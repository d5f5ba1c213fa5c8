using GaiaOrleans.Contracts.Conflicts;
using GaiaOrleans.Contracts.Problems;

namespace GaiaOrleans.Silo.Conflicts;

/// <summary>The spellings of the strategies; the guide writes Go_Leads and Manual.</summary>
internal static class ConflictSpelling
{
    /// <exception cref="InvalidInputException">None of them.</exception>
    public static ConflictStrategy? Strategy(string? text, string field = "strategy") => text?.Trim().ToLowerInvariant() switch
    {
        null or "" => null,
        "go_leads" => ConflictStrategy.GoLeads,
        "python_leads" => ConflictStrategy.PythonLeads,
        "latest" => ConflictStrategy.Latest,
        "manual" => ConflictStrategy.Manual,
        "sync" => throw InvalidInputException.Field(field, "sync forces one session at a time and needs a source: POST /api/migration/sync"),
        _ => throw InvalidInputException.Field(field, "must be go_leads, python_leads, latest or manual"),
    };
}
