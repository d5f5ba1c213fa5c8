using System.Text.RegularExpressions;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Documents;

/// <summary>Every command of every document is executed, or said why not.</summary>
public sealed class TableTests
{
    public static TheoryData<string> Documents() => new(Directory.EnumerateFiles(RepositoryRoot.PathTo("docs"), "*.md").Select(f => Path.GetFileNameWithoutExtension(f)!)
        .Order(StringComparer.Ordinal).Where(d => DocumentBlock.Read(BlockTable.PathOf(d)).Any(b => b.IsShell)));

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_shell_block_has_its_line_and_every_line_its_block(string document)
    {
        var blocks = DocumentBlock.Read(BlockTable.PathOf(document)).Where(b => b.IsShell).Select(b => b.Name).ToList();
        Assert.Equal(blocks, blocks.Distinct());
        Assert.Equal(blocks, BlockTable.Of(document).Names);
        Assert.Empty(BlockTable.Of(document).Unclear);
    }

    [Fact]
    public void The_readme_knows_every_document_and_every_link_leads_somewhere()
    {
        var readme = RepositoryRoot.PathTo("README.md");
        Assert.All(Directory.EnumerateFiles(RepositoryRoot.PathTo("docs"), "*.md"), file => Assert.Contains($"](docs/{Path.GetFileName(file)})", File.ReadAllText(readme), StringComparison.Ordinal));
        foreach (var file in Directory.EnumerateFiles(RepositoryRoot.PathTo("docs"), "*.md").Append(readme))
            Assert.All(Links(file), link => Assert.True(Leads(file, link), $"{Path.GetFileName(file)} links to {link}"));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_block_says_what_it_is(string document) =>
        Assert.All(DocumentBlock.Read(BlockTable.PathOf(document)), b => Assert.Contains(b.Language, (string[])["bash", "json", "sql", "text", "yaml"]));

    /// <summary>What a program goes by is written down, all of it.</summary>
    [Fact]
    public void Every_code_of_a_problem_is_in_the_list()
    {
        var codes = Directory.EnumerateFiles(RepositoryRoot.PathTo("src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Regex.Matches(File.ReadAllText(file), @"override string Code => ""([a-z_]+)"";")).Select(m => m.Groups[1].Value)
            .Concat([InvalidInputException.InvalidJson, InvalidInputException.InvalidField, InvalidInputException.MissingField, "outcome_unknown"]).Distinct().ToList();
        Assert.True(codes.Count > 25, string.Join(", ", codes));
        var listed = File.ReadAllText(RepositoryRoot.PathTo("docs", "TROUBLESHOOTING.md"));
        // What GAIA_HOME answered is handed on by another name only within a silo.
        Assert.DoesNotContain(codes, code => code != "legacy_answer" && !listed.Contains($"`{code}`", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Links(string file) =>
        Regex.Matches(File.ReadAllText(file), @"\]\(([^)\s]+)\)").Select(m => m.Groups[1].Value).Where(link => !link.StartsWith("http", StringComparison.Ordinal));

    /// <summary>A file, and within it a heading as its anchor is spelled.</summary>
    private static bool Leads(string from, string link)
    {
        var parts = link.Split('#', 2);
        var target = parts[0].Length == 0 ? from : Path.Combine(Path.GetDirectoryName(from)!, parts[0]);
        return File.Exists(target) && (parts.Length == 1 || File.ReadLines(target).Any(line => line.StartsWith('#') && Anchor(line.TrimStart('#').Trim()) == parts[1]));
    }

    private static string Anchor(string heading) => Regex.Replace(heading.ToLowerInvariant(), @"[^\w\- ]", "").Replace(' ', '-');
}
