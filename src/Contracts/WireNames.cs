using System.Text.Json;

namespace GaiaOrleans.Contracts;

/// <summary>How the values of an enumeration are spelled wherever somebody outside reads or writes them: <c>GoLeads</c> is <c>go_leads</c>.</summary>
public static class WireNames
{
    public static string Wire(this Enum value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
