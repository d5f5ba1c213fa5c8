using GaiaOrleans.Contracts.Problems;

namespace GaiaOrleans.Silo;

/// <summary>The <c>limit</c> of every list of the control plane.</summary>
internal static class Limits
{
    private const int Default = 100;
    private const int Most = 1_000;

    public static int Check(int? limit) => limit switch
    {
        null => Default,
        >= 1 and <= Most => limit.Value,
        _ => throw InvalidInputException.Field("limit", $"must be a whole number from 1 to {Most}"),
    };
}
