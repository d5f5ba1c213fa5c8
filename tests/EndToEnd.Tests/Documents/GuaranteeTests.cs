using System.Text.RegularExpressions;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Documents;

/// <summary>docs/GUARANTEES.md rests on tests: every line names at least one, and each of them exists.</summary>
public sealed class GuaranteeTests
{
    private static readonly string[] Lines = [.. File.ReadLines(BlockTable.PathOf("GUARANTEES")).Where(line => line.StartsWith("| ", StringComparison.Ordinal))];

    [Fact]
    public void Every_line_says_what_shows_it() =>
        Assert.All(Lines.Where(line => !line.EndsWith("| shown by |", StringComparison.Ordinal)), line => Assert.True(Named(line).Any() || OfScripts(line).Any(), line));

    [Fact]
    public void Every_test_that_is_named_exists()
    {
        var tests = Directory.EnumerateFiles(RepositoryRoot.PathTo("tests"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal)).ToLookup(f => Path.GetFileNameWithoutExtension(f)!, File.ReadAllText);
        Assert.All(Lines.SelectMany(Named), test => Assert.True(
            tests[test.Class].Any(text => Regex.IsMatch(text, $@"\[(Fact|Theory)[^\]]*\](?s:(?!\[Fact|\[Theory).)*? {test.Method}\(")), $"There is no test {test.Class}.{test.Method}"));
    }

    [Fact]
    public void Every_fact_of_a_script_that_is_named_exists() => Assert.All(Lines.SelectMany(OfScripts), fact => Assert.Contains(
        $"ok \"{fact.Text}", File.ReadAllText(RepositoryRoot.PathTo("tests", "shell", fact.Script)), StringComparison.Ordinal));

    private static IEnumerable<(string Class, string Method)> Named(string line) =>
        Regex.Matches(line, @"`(\w+Tests)\.(\w+)`").Select(m => (m.Groups[1].Value, m.Groups[2].Value));

    private static IEnumerable<(string Script, string Text)> OfScripts(string line) =>
        Regex.Matches(line, "`(\\w+_test\\.sh)`: \"([^\"]+)\"").Select(m => (m.Groups[1].Value, m.Groups[2].Value));
}
