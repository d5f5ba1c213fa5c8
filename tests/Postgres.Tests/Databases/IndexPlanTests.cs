using System.Text.RegularExpressions;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Postgres.Tests.Databases;

/// <summary>docs/DATABASE_OPTIMIZATION.md says which index serves which statement: every index that there is, and as PostgreSQL plans it.</summary>
[Collection(OnPostgres.Name)]
public sealed class IndexPlanTests(PostgresFixture postgres)
{
    private const string Indexes = """
        SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
        WHERE t.relnamespace = 'public'::regnamespace AND t.relname !~ '^(orleans|schemaversions|session_keys_)' ORDER BY i.indexrelid::regclass::text COLLATE "C"
        """;

    private static readonly string Document = File.ReadAllText(RepositoryRoot.PathTo("docs", "DATABASE_OPTIMIZATION.md"));

    /// <summary>The table's lines: the index, the statements by their names, what else it is for.</summary>
    private static readonly IReadOnlyList<(string Index, string[] Statements)> Rows =
        [.. Regex.Matches(Document.Split("\n## ").Single(section => section.StartsWith("Indexes", StringComparison.Ordinal)), @"^\| `(\w+)` \| ([^|]*) \|", RegexOptions.Multiline)
            .Select(m => (m.Groups[1].Value, Regex.Matches(m.Groups[2].Value, "`([a-z-]+)`").Select(s => s.Groups[1].Value).ToArray()))];

    [Fact]
    public async Task Each_statement_is_planned_with_the_index_that_is_said_to_serve_it()
    {
        var database = await Fresh();
        await database.Execute(IndexPlans.Rows);
        var unused = new List<string>();
        foreach (var statement in IndexPlans.Statements)
        {
            var plan = await database.Lines(statement.Explain);
            var serving = Rows.Where(r => r.Statements.Contains(statement.Name)).Select(r => r.Index).ToList();
            Assert.True(serving.Count > 0, $"{statement.Name} is not in the table; it is planned as\n{string.Join('\n', plan)}");
            unused.AddRange(serving.Where(index => !plan.Any(line => Scans(line, index))).Select(index => $"{statement.Name} does not use {index}:\n{string.Join('\n', plan)}"));
        }

        Assert.True(unused.Count == 0, string.Join("\n\n", unused));
        var shown = Regex.Match(Document, "-c \"(EXPLAIN [^\"]*)\"\n```\n\n```text\n(.*?)```", RegexOptions.Singleline);
        Assert.Equal(shown.Groups[2].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Trim()), (await database.Lines(shown.Groups[1].Value)).Select(l => l.Trim()));
        Assert.Empty(Rows.SelectMany(r => r.Statements).Except(IndexPlans.Statements.Select(s => s.Name)));
    }

    [Fact]
    public async Task Every_index_is_in_the_table() => Assert.Equal(await (await Fresh()).Lines(Indexes), Rows.Select(r => r.Index).Order(StringComparer.Ordinal));

    /// <summary>The index of a partitioned table is one of each day's table.</summary>
    private static bool Scans(string line, string index)
    {
        var name = index switch
        {
            "session_keys_pkey" => "session_keys_[0-9]+_pkey",
            "session_keys_newest" => "session_keys_[0-9]+_session_id_at_idx",
            _ => index,
        };
        return Regex.IsMatch(line, $"Index .*(using|on) {name}( |$)");
    }

    private async Task<TestDatabase> Fresh()
    {
        var database = new TestDatabase(postgres);
        await database.InitializeAsync();
        return database;
    }
}
