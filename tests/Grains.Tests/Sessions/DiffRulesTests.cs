using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Sessions;

public sealed class DiffRulesTests
{
    /// <summary>The guide's three false positives: timestamp rounding, enum representation, metadata order.</summary>
    public static readonly TheoryData<string, string, string> FalsePositives = new()
    {
        { "last_heartbeat", "\"2026-01-31T12:00:00.123\"", "\"2026-01-31T12:00:00.123456Z\"" },
        { "status", "\"SessionStatus.ACTIVE\"", "\"active\"" },
        { "metadata", """{"b":1,"a":2}""", """{"a":2,"b":1}""" },
    };

    [Theory]
    [MemberData(nameof(FalsePositives))]
    public void The_guides_false_positives_are_none_with_the_rule_and_counted(string field, string python, string go)
    {
        var result = Compare(field, python, go, DiffRules.Default);
        Assert.Empty(result.Differences);
        Assert.Equal(1, Assert.Single(result.Noise).Value);
    }

    [Theory]
    [MemberData(nameof(FalsePositives))]
    public void Without_the_rule_each_of_them_is_a_difference(string field, string python, string go)
    {
        var without = DiffRules.Default with { ByField = new Dictionary<string, DiffRule> { [field] = DiffRule.Exact } };
        var result = Compare(field, python, go, without);
        Assert.Equal((field, "exact", python, go), Assert.Single(result.Differences) is var d ? (d.Field, d.Rule, d.PythonValue, d.GoValue) : default);
        Assert.Empty(result.Noise);
    }

    [Fact]
    public void Noise_is_counted_per_rule_and_identical_spelling_is_none()
    {
        var result = SessionDiff.Compare(
            Some.Json("""{"status":"IDLE","tier":"WORKER","consecutive_failures":"1","session_name":"n","updated_at":1}"""),
            Some.Json("""{"status":"idle","tier":"worker","consecutive_failures":1,"session_name":"n","updated_at":2}"""),
            DiffRules.Default);
        Assert.True(result.Equal);
        Assert.Equal(new Dictionary<string, int> { ["enum"] = 2, ["number"] = 1, ["ignore"] = 1 }, result.Noise);
    }

    [Fact]
    public void A_tolerance_holds_on_both_sides_of_it()
    {
        var rules = DiffRules.Default with { TimestampTolerance = TimeSpan.FromSeconds(2) };
        Assert.True(Compare("last_heartbeat", "\"2026-01-31T12:00:02.000000\"", "\"2026-01-31T12:00:00Z\"", rules).Equal);
        Assert.False(Compare("last_heartbeat", "\"2026-01-31T12:00:02.000001\"", "\"2026-01-31T12:00:00Z\"", rules).Equal);
    }

    [Fact]
    public void An_ignored_field_may_be_missing_on_one_side() =>
        Assert.True(SessionDiff.Compare(Some.Json("""{"updated_at":1}"""), Some.Json("{}"), DiffRules.Default).Equal);

    [Fact]
    public void Both_orders_of_the_sides_give_the_same_verdict()
    {
        foreach (var (field, python, go) in FalsePositives.Select(row => ((string)row[0], (string)row[1], (string)row[2])))
            Assert.Equal(Compare(field, python, go, DiffRules.Default).Equal, Compare(field, go, python, DiffRules.Default).Equal);
    }

    private static DiffResult Compare(string field, string python, string go, DiffRules rules) =>
        SessionDiff.Compare(Some.Json($"{{\"{field}\":{python}}}"), Some.Json($"{{\"{field}\":{go}}}"), rules);
}
