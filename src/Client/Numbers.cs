using System.CommandLine.Parsing;
using System.Globalization;

namespace GaiaOrleans.Client;

/// <summary>Numbers as people mean them: <c>1,5</c> is a mistake, not fifteen.</summary>
internal static class Numbers
{
    public static decimal Parse(ArgumentResult result, string name, decimal min, decimal max, int decimals)
    {
        var text = result.Tokens[0].Value;
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number >= min && number <= max && decimal.Round(number, decimals) == number)
            return number;
        result.AddError(FormattableString.Invariant($"{name} is a number from {min} to {max} with at most {decimals} decimals, not '{text}'."));
        return default;
    }

    public static int Whole(ArgumentResult result, string name, int min, int max)
    {
        var text = result.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
            return number;
        result.AddError(FormattableString.Invariant($"{name} is a whole number from {min} to {max}, not '{text}'."));
        return default;
    }
}
