using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace GaiaOrleans.Client.Output;

/// <summary>JSON as YAML in block style. Only words that no reader takes for anything else go without quotes.</summary>
internal static partial class YamlText
{
    private static readonly HashSet<string> Taken = new(["true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf"], StringComparer.OrdinalIgnoreCase);

    public static string Of(string json)
    {
        using var document = JsonDocument.Parse(json);
        var yaml = new StringBuilder("---");
        Value(yaml, document.RootElement, 0);
        return yaml.ToString();
    }

    /// <summary>Goes on behind a key, a dash or the document's start, and ends the line.</summary>
    private static void Value(StringBuilder yaml, JsonElement json, int depth)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object when json.EnumerateObject().Any():
                yaml.Append('\n');
                foreach (var member in json.EnumerateObject())
                {
                    yaml.Append(' ', depth * 2).Append(Scalar(member.Name)).Append(':');
                    Value(yaml, member.Value, depth + 1);
                }

                break;
            case JsonValueKind.Array when json.GetArrayLength() > 0:
                yaml.Append('\n');
                foreach (var item in json.EnumerateArray())
                {
                    yaml.Append(' ', depth * 2).Append('-');
                    Value(yaml, item, depth + 1);
                }

                break;
            case JsonValueKind.Object:
                yaml.Append(" {}\n");
                break;
            case JsonValueKind.Array:
                yaml.Append(" []\n");
                break;
            case JsonValueKind.String:
                yaml.Append(' ').Append(Scalar(json.GetString()!)).Append('\n');
                break;
            default:
                yaml.Append(' ').Append(json.GetRawText()).Append('\n');
                break;
        }
    }

    private static string Scalar(string text) => Word().IsMatch(text) && !Taken.Contains(text) ? text : Quoted(text);

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '"' or '\\') quoted.Append('\\').Append((char)rune.Value);
            else if (Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029 or 0xFEFF) quoted.Append("\\u").Append(rune.Value.ToString("X4", CultureInfo.InvariantCulture));
            else quoted.Append(rune.ToString());
        }

        return quoted.Append('"').ToString();
    }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_./-]*\z")]
    private static partial Regex Word();
}
