using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Guide;

/// <summary>blocks.txt: what becomes of each shell block here. A block that is not in it, and a line without a block, fail the test.</summary>
internal static class GuideTable
{
    public const string Run = "run";

    public static readonly string Document = RepositoryRoot.PathTo("docs", "MIGRATION_GUIDE.md");

    private static readonly string Here = RepositoryRoot.PathTo("tests", "EndToEnd.Tests", "Guide");

    /// <summary>Name → run, or why it needs a site.</summary>
    public static IReadOnlyDictionary<string, string> Blocks() => Lines("blocks.txt").Select(l => l.Split(" | ", 2)).ToDictionary(l => l[1], l => l[0]);

    /// <summary>The commands of the guide that ours follows, each as one line.</summary>
    public static IEnumerable<string> Original() => Lines("original.txt");

    private static IEnumerable<string> Lines(string file) => File.ReadLines(Path.Combine(Here, file)).Where(line => line.Length > 0 && line[0] != '#');
}
