using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;

namespace GaiaOrleans.Silo.Rollouts;

/// <summary>The spellings that the guide uses for the same two modes.</summary>
internal static class DualWriteSpelling
{
    public static DualWriteMode? Mode(string? text) => text?.Trim().ToLowerInvariant() switch
    {
        null or "" => null,
        "go_leads" or "gaia_go_first" or "go_first" => DualWriteMode.GoLeads,
        "python_leads" or "gaia_home_first" or "python_first" => DualWriteMode.PythonLeads,
        _ => throw InvalidInputException.Field("mode", "must be go_leads or python_leads"),
    };

    public static AckPolicy? Ack(string? text) => text?.Trim().ToLowerInvariant() switch
    {
        null or "" => null,
        "both" => AckPolicy.Both,
        "leader" => AckPolicy.Leader,
        _ => throw InvalidInputException.Field("ack", "must be both or leader"),
    };
}
