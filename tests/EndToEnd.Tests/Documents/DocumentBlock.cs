namespace GaiaOrleans.EndToEnd.Tests.Documents;

/// <summary>A fenced block of a document.</summary>
/// <param name="Name">Its headings and its number under them, for example <c>Phase 2: gradual rollout / Step 1: 10 % / 1</c>.</param>
public sealed record DocumentBlock(string Name, string Language, string Text)
{
    private const string Fence = "```";

    public bool IsShell => Language == "bash";

    /// <summary>An answer that the block before it is said to print.</summary>
    public bool IsPrinted => Language == "json";

    public static IReadOnlyList<DocumentBlock> Read(string path)
    {
        var blocks = new List<DocumentBlock>();
        var (section, step, number) = ("", "", 0);
        List<string>? open = null;
        var language = "";
        foreach (var line in File.ReadLines(path))
        {
            if (open is not null)
            {
                if (!line.StartsWith(Fence, StringComparison.Ordinal))
                {
                    open.Add(line);
                    continue;
                }

                var name = string.Join(" / ", new[] { section, step, $"{++number}" }.Where(part => part.Length > 0));
                blocks.Add(new(name, language, string.Join('\n', open)));
                open = null;
            }
            else if (line.StartsWith(Fence, StringComparison.Ordinal))
            {
                (open, language) = ([], line[Fence.Length..].Trim());
            }
            else if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                (section, step, number) = (line[3..].Trim(), "", 0);
            }
            else if (line.StartsWith("### ", StringComparison.Ordinal))
            {
                (step, number) = (line[4..].Trim(), 0);
            }
        }

        return blocks;
    }
}
