using System.IO.Hashing;
using System.Text.RegularExpressions;
using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Grains.Runs;

/// <summary>What the ledger calls a record of legacy's list that has no id: by its bytes, so that whoever looks for it finds it.</summary>
public static partial class NamelessRecord
{
    public static string NameOf(LegacyListed listed) => $"(record {Convert.ToHexStringLower(XxHash64.Hash(listed.Raw))})";

    public static string ProblemOf(LegacyListed listed) => listed.Problem ?? "The record has no id.";

    /// <summary>Whether an entry of the ledger is about such a record: there is no session of that name to be asked again.</summary>
    public static bool IsNamed(string sessionId) => Name().IsMatch(sessionId);

    [GeneratedRegex(@"^\(record [0-9a-f]{16}\)\z")]
    private static partial Regex Name();
}
