using System.CommandLine;
using GaiaOrleans.Client.Output;

namespace GaiaOrleans.Client;

/// <summary>What every command understands.</summary>
internal sealed class GlobalOptions
{
    public Option<OutputFormat> Output { get; } = new("--output", "-o")
    {
        CompletionSources = { "table", "json", "yaml" },
        Description = "How answers are printed: a table to read, or the server's JSON as it came, or the same as YAML (default: table)",
        HelpName = "table|json|yaml",
        Recursive = true,
        CustomParser = result =>
        {
            var word = result.Tokens[0].Value;
            if (OutputFormats.TryParse(word, out var format)) return format;
            result.AddError($"--output is table, json or yaml, not '{word}'.");
            return default;
        },
    };

    public Option<string?> Url { get; } = new("--url")
    {
        Description = "Any silo of the cluster (default: GAIA_URL, else that of the profile, ~/.config/gaia/profile, else http://127.0.0.1:8080)",
        HelpName = "URL",
        Recursive = true,
    };

    public Option<string?> Token { get; } = new("--token")
    {
        Description = "API key (default: GAIA_TOKEN, else that of the profile, which must be mode 0600; other users of this machine see neither in the process list)",
        HelpName = "KEY",
        Recursive = true,
    };

    public Option<string?> Reason { get; } = new("--reason")
    {
        Description = "Why, for the history",
        HelpName = "TEXT",
        Recursive = true,
    };

    public Option<bool> Yes { get; } = new("--yes", "-y")
    {
        Description = "Do not ask before what cannot be undone",
        Recursive = true,
    };

    public IEnumerable<Option> All => [Output, Url, Token, Reason, Yes];
}
