using System.Text.RegularExpressions;
using GaiaOrleans.Postgres.Tests.Databases;
using GaiaOrleans.Silo.Postgres.Sessions;

namespace GaiaOrleans.Postgres.Tests.Sessions;

/// <summary>Keys are looked for at every activation of a session that has some, over tables of any size.</summary>
[Collection(OnPostgres.Name)]
public sealed class KeyPlanTests(TestDatabase database, PostgresFixture postgres) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Keys_are_found_by_their_indexes_and_only_in_the_days_that_count()
    {
        await database.Empty();
        await database.Execute($"""
            SELECT session_keys_add((now() AT TIME ZONE 'UTC')::date + n) FROM generate_series(-3, 2) n;
            INSERT INTO session_records (id, version, legacy_version, generation, recent_sends, attempts, commit_id)
                SELECT 's-' || i, 1, 1, 1, '[]', 0, gen_random_uuid() FROM generate_series(1, 2000) i;
            INSERT INTO session_keys SELECT 's-' || i % 2000, 'k-' || i, 'hash', 200, 1, now() + (i % 6 - 3) * interval '1 day' FROM generate_series(1, 40000) i;
            ANALYZE session_records; ANALYZE session_keys
            """);
        foreach (var mode in (string[])["force_custom_plan", "force_generic_plan"])
        {
            await Expect(mode, "load(text[], interval)", SessionSql.Load, "'{s-1,s-2}', '24 hours'", "session_id_at_idx");
            await Expect(mode, "find(text, text, interval)", SessionSql.FindKey, "'s-1', 'k-1', '24 hours'", "_pkey");
        }
    }

    /// <summary>Every day begins like this, and the writer's plan, which is generic, stays until somebody analyzes that day's table.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("ANALYZE session_keys")]
    public async Task A_commit_finds_a_key_by_its_index_in_a_day_that_has_none_yet(string before)
    {
        var empty = new TestDatabase(postgres);
        await empty.InitializeAsync();
        await empty.Execute($"SELECT session_keys_add((now() AT TIME ZONE 'UTC')::date + 3); {before}");
        var plan = await empty.Lines("SET plan_cache_mode = force_generic_plan; " + IndexPlans.Statements.Single(s => s.Name == "commit").Explain);
        var days = plan.Zip(plan.Skip(1)).Where(line => Regex.IsMatch(line.First, @" on session_keys_\d+ ")).ToList();
        Assert.Equal(4, days.Count);
        Assert.All(days, day =>
        {
            Assert.Contains("_pkey", day.First, StringComparison.Ordinal);
            Assert.Matches(@"Index Cond: .*session_id = .* AND \(key = ", day.Second);
        });
    }

    private async Task Expect(string mode, string name, string sql, string values, string index)
    {
        var bare = name[..name.IndexOf('(', StringComparison.Ordinal)];
        var plan = await database.Lines($"SET plan_cache_mode = {mode}; PREPARE {name} AS {sql}; EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) EXECUTE {bare}({values})");
        var text = string.Join('\n', plan);
        // The default table is empty, and read as such.
        Assert.DoesNotContain(plan, line => line.Contains("Seq Scan", StringComparison.Ordinal) && !line.Contains("session_keys_default", StringComparison.Ordinal));
        Assert.True(text.Contains("Subplans Removed", StringComparison.Ordinal), text);
        Assert.Contains(plan, line => line.Contains("session_keys_2", StringComparison.Ordinal) && line.Contains(index, StringComparison.Ordinal));
    }
}
