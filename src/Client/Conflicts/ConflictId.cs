using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace GaiaOrleans.Client.Conflicts;

/// <summary>A conflict's number, as the list shows it.</summary>
internal static class ConflictId
{
    private const string Description = "The conflict's number, see: gaia conflicts list";

    public static Argument<long> Argument() => new("ID") { Description = Description, CustomParser = Read };

    public static Argument<long?> Optional() => new("ID")
    {
        Description = Description,
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = result => Read(result),
    };

    private static long Read(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return id;
        result.AddError($"ID is a conflict's number, not '{text}'.");
        return default;
    }
}
