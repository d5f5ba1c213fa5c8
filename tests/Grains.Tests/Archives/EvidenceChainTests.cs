using System.Text;
using GaiaOrleans.Contracts.Archives;

namespace GaiaOrleans.Grains.Tests.Archives;

public sealed class EvidenceChainTests
{
    [Fact]
    public void What_was_written_is_whole()
    {
        var (problem, line, ended) = Verify(Archive());
        Assert.Equal((null, 5, true), (problem, line, ended));
    }

    [Theory]
    [InlineData("changed", 3, "was changed")]
    [InlineData("respelled", 3, "was changed")]
    [InlineData("removed", 3, "does not follow")]
    [InlineData("swapped", 3, "does not follow")]
    [InlineData("doubled", 4, "does not follow")]
    [InlineData("without a header", 1, "does not follow")]
    [InlineData("hash in capitals", 3, "is no line")]
    [InlineData("cut off within a line", 5, "is no line")]
    [InlineData("gone on after the end", 6, "comes after the end")]
    public void What_was_done_to_it_is_found_at_its_first_line(string done, int line, string problem)
    {
        var lines = Archive();
        switch (done)
        {
            case "changed": lines[2] = lines[2].Replace("\"n\":2", "\"n\":3", StringComparison.Ordinal); break;
            case "respelled": lines[2] = lines[2].Replace("\"n\":2", "\"n\": 2", StringComparison.Ordinal); break;
            case "removed": lines.RemoveAt(2); break;
            case "swapped": (lines[2], lines[3]) = (lines[3], lines[2]); break;
            case "doubled": lines.Insert(3, lines[2]); break;
            case "without a header": lines.RemoveAt(0); break;
            case "hash in capitals": lines[2] = lines[2][..^66] + lines[2][^66..].ToUpperInvariant(); break;
            case "cut off within a line": lines[4] = lines[4][..^1]; break;
            default: lines.Add(lines[4]); break;
        }

        var found = Verify(lines);
        Assert.Equal(line, found.Line);
        Assert.Contains(problem, found.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_was_cut_off_between_lines_has_no_end()
    {
        var (problem, _, ended) = Verify(Archive()[..4]);
        Assert.Equal((null, false), (problem, ended));
    }

    private static List<string> Archive()
    {
        var chain = new EvidenceChain();
        return [.. new[] { chain.Add(EvidenceChain.Header, "{}"), chain.Add("history", """{"n":1}"""), chain.Add("history", """{"n":2}"""), chain.Add("event", """{"text":"☃ \n"}"""), chain.AddEnd() }
            .Select(Encoding.UTF8.GetString)];
    }

    /// <returns>The first problem and its line; without one, how many lines there are.</returns>
    private static (string? Problem, int Line, bool Ended) Verify(List<string> lines)
    {
        var chain = new EvidenceChain();
        for (var i = 0; i < lines.Count; i++)
            if (chain.Take(Encoding.UTF8.GetBytes(lines[i])) is { } problem)
                return (problem, i + 1, chain.Ended);
        return (null, lines.Count, chain.Ended);
    }
}
