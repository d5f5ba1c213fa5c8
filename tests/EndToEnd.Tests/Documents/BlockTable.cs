using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Documents;

/// <summary>
/// tables/DOCUMENT.txt: what becomes of each shell block of a document here: <c>run</c>, <c>rewritten</c> (why, and as what) or <c>site</c> (why only
/// a site can run it, or which test runs it instead).
/// </summary>
internal sealed class BlockTable
{
    private const string Run = "run", Rewritten = "rewritten: ", Site = "site: ", Indent = "    ";
    private static readonly string Here = RepositoryRoot.PathTo("tests", "EndToEnd.Tests", "Documents");

    private readonly List<(string Verdict, string Name, List<string> Instead)> _entries = [];

    private BlockTable(string document)
    {
        Document = document;
        foreach (var line in Lines(Path.Combine("tables", document + ".txt")))
        {
            if (line.StartsWith(Indent, StringComparison.Ordinal)) _entries[^1].Instead.Add(line[Indent.Length..]);
            else if (line.Split(" | ", 2) is [var verdict, var name]) _entries.Add((verdict, name, []));
            else throw new FormatException($"{document}.txt: '{line}' is not VERDICT | BLOCK");
        }
    }

    public string Document { get; }

    public IEnumerable<string> Names => _entries.Select(e => e.Name);

    /// <summary>Entries that say neither what is run nor why not.</summary>
    public IEnumerable<string> Unclear => _entries.Where(e => e switch
    {
        (Run, _, var instead) => instead.Count > 0,
        var (verdict, _, instead) when verdict.StartsWith(Rewritten, StringComparison.Ordinal) => instead.Count == 0,
        var (verdict, _, instead) => !verdict.StartsWith(Site, StringComparison.Ordinal) || instead.Count > 0,
    }).Select(e => e.Name);

    public static BlockTable Of(string document) => new(document);

    /// <summary>Every document with a table.</summary>
    public static IEnumerable<string> Documents() => Directory.EnumerateFiles(Path.Combine(Here, "tables"), "*.txt").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal);

    public static string PathOf(string document) => document == "README" ? RepositoryRoot.PathTo("README.md") : RepositoryRoot.PathTo("docs", document + ".md");

    /// <summary>The commands of the guide that ours follows, each as one line.</summary>
    public static IEnumerable<string> Original() => Lines("original.txt");

    public IReadOnlyList<DocumentBlock> Blocks() => DocumentBlock.Read(PathOf(Document));

    /// <summary>What is executed for a block; null = it needs a site.</summary>
    public DocumentBlock? Executed(DocumentBlock block)
    {
        var (verdict, _, instead) = _entries.Single(e => e.Name == block.Name);
        return verdict == Run ? block : instead.Count > 0 ? block with { Text = string.Join('\n', instead) } : null;
    }

    private static IEnumerable<string> Lines(string file) => File.ReadLines(Path.Combine(Here, file)).Where(line => line.Length > 0 && line[0] != '#');
}
