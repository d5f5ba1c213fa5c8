using System.CommandLine;

namespace GaiaOrleans.Client.Http;

/// <summary>How many entries of a list are asked for.</summary>
internal static class Limit
{
    public static Option<int?> Option() => new("--limit", "-n")
    {
        Description = "How many at most, 1 to 1000 (default: 100)",
        HelpName = "N",
        CustomParser = result => Numbers.Whole(result, "--limit", 1, 1000),
    };
}
