namespace GaiaOrleans.Client.Output;

internal enum OutputFormat
{
    Table,
    Json,
    Yaml,
}

internal static class OutputFormats
{
    /// <summary>Words only: a number is no format.</summary>
    public static bool TryParse(string word, out OutputFormat format)
    {
        OutputFormat? known = word switch { "table" => OutputFormat.Table, "json" => OutputFormat.Json, "yaml" => OutputFormat.Yaml, _ => null };
        format = known ?? default;
        return known is not null;
    }
}
