using System.CommandLine;

namespace GaiaOrleans.Client.Http;

/// <summary>How many entries of a list are asked for.</summary>
internal static class Limit
{
    /// <summary>The server's, where none is asked for.</summary>
    public const int Default = 100;

    public static Option<int?> Option() => new("--limit", "-n")
    {
        Description = $"How many at most, 1 to 1000 (default: {Default})",
        HelpName = "N",
        CustomParser = result => Numbers.Whole(result, "--limit", 1, 1000),
    };
}
