using System.CommandLine.Parsing;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using GaiaOrleans.Client.Output;

namespace GaiaOrleans.Client.Tests.Help;

/// <summary>Whatever a document tells people to type is understood: also what stands within a sentence and is executed by no other test.</summary>
public sealed class DocumentTests
{
    // The words that the repository's script knows itself.
    private static readonly string[] NotOurs = ["up", "down", "ps", "logs", "psql", "demo", "preflight", "test", "bench", "chaos", "help", "--help", "WORD"];

    public static TheoryData<string, string> Commands()
    {
        var data = new TheoryData<string, string>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Root(), "docs"), "*.md").Append(Path.Combine(Root(), "README.md")).Order(StringComparer.Ordinal))
            foreach (var line in Lines(File.ReadAllText(file)).Distinct(StringComparer.Ordinal))
                if (!NotOurs.Contains(line.Split(' ')[0]))
                    data.Add(Path.GetFileName(file), line);
        return data;
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_in_a_document_is_understood(string document, string line)
    {
        using var nowhere = new StringWriter();
        using var nobody = new StringReader("");
        var root = new Gaia(new Terminal(nowhere, nowhere, nobody, canAsk: false), _ => null, TimeProvider.System).Root();
        var parsed = root.Parse([.. Regex.Matches(line, @"""([^""]*)""|'([^']*)'|(\S+)").Select(m => m.Groups.Values.Skip(1).First(g => g.Success).Value)]);
        // A command may be named without what it needs.
        var errors = parsed.Tokens.All(token => token.Type == TokenType.Command) ? [] : parsed.Errors;
        Assert.True(errors.Count == 0, $"{document}: gaia {line}: {string.Join(' ', errors)}");
    }

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));

    /// <summary>In blocks, and between backticks in a line of text. An ellipsis is something to fill in.</summary>
    private static IEnumerable<string> Lines(string text)
    {
        var blocks = Regex.Matches(text, "^```bash\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline).SelectMany(m => m.Groups[1].Value.Split('\n'))
            .Select(line => Regex.Match(line, @"(?<!! )\./gaia ((?:""[^""]*""|'[^']*'|[^|;&#()>])+)"));
        var spans = Regex.Matches(Regex.Replace(text, "^```.*?^```", "", RegexOptions.Multiline | RegexOptions.Singleline), @"`(?:\./)?gaia ([^`]+)`");
        return blocks.Concat(spans).Where(m => m.Success)
            .Select(m => m.Groups[1].Value.Trim().Replace("…", "x", StringComparison.Ordinal).Replace(" ID", " 7", StringComparison.Ordinal));
    }
}
