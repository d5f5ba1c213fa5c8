using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Sessions;

/// <summary>Pairs of one field as GAIA_HOME and as the target write it, and whether they are the same.</summary>
public sealed class DiffTableTests
{
    [Theory]
    [InlineData("last_heartbeat", "\"2026-01-31T12:00:00.123456\"", "\"2026-01-31T12:00:00.123456Z\"")]
    [InlineData("last_heartbeat", "\"2026-01-31 12:00:00\"", "\"2026-01-31T12:00:00Z\"")]
    [InlineData("last_heartbeat", "\"2026-01-31T13:00:00+01:00\"", "\"2026-01-31T12:00:00Z\"")]
    [InlineData("last_heartbeat", "\"Sat, 31 Jan 2026 12:00:00 GMT\"", "\"2026-01-31T12:00:00Z\"")]
    [InlineData("last_heartbeat", "1769860800", "\"2026-01-31T12:00:00Z\"")]
    [InlineData("last_heartbeat", "1769860800.123456", "\"2026-01-31T12:00:00.123456Z\"")]
    [InlineData("last_heartbeat", "1769860800123", "\"2026-01-31T12:00:00.123456Z\"")]
    [InlineData("last_heartbeat", "\"2026-01-31T12:00:00.123\"", "\"2026-01-31T12:00:00.123456Z\"")]
    [InlineData("last_heartbeat", "\"2026-01-31T12:00:00.124\"", "\"2026-01-31T12:00:00.123987Z\"")]
    [InlineData("time_window_end", "\"2026-01-31T23:59:59.9999999\"", "\"2026-02-01T00:00:00Z\"")]
    [InlineData("status", "\"ACTIVE\"", "\"active\"")]
    [InlineData("status", "\"SessionStatus.ACTIVE\"", "\"active\"")]
    [InlineData("tier", "\"Tier.HIGH_LEVEL\"", "\"high_level\"")]
    [InlineData("provider", "\"Claude\"", "\"claude\"")]
    [InlineData("health_status", "\"HealthStatus.degraded\"", "\"degraded\"")]
    [InlineData("consecutive_failures", "\"3\"", "3")]
    [InlineData("consecutive_failures", "3.0", "3")]
    [InlineData("current_task_count", "1e30", "1000000000000000000000000000000")]
    [InlineData("metadata", """{"a":1,"b":{"c":[1,2]}}""", """{"b":{"c":[1.0,2]},"a":1}""")]
    [InlineData("metadata", """{"a":"\u00e9"}""", """{"a":"é"}""")]
    [InlineData("metadata", """{"a":10e99999999998}""", """{"a":1e99999999999}""")]
    [InlineData("session_name", "\"\\u00e9\"", "\"é\"")]
    [InlineData("own", "1", "1.0")]
    [InlineData("own", """{"x":1,"y":2}""", """{"y":2,"x":1}""")]
    [InlineData("user_id", "7", "7")]
    [InlineData("status", "\"sleeping\"", "\"SLEEPING\"")]
    [InlineData("updated_at", "\"2020-01-01T00:00:00\"", "\"2026-01-31T12:00:00Z\"")]
    public void These_are_the_same(string field, string python, string go) => Assert.Empty(Diff(field, python, go));

    // Sub-second rounding of any size: Flask's default spelling has no fraction at all.
    [Theory]
    [InlineData("\"Sat, 31 Jan 2026 12:00:00 GMT\"", "\"2026-01-31T12:00:00.789012Z\"")]
    [InlineData("\"Sat, 31 Jan 2026 12:00:01 GMT\"", "\"2026-01-31T12:00:00.789012Z\"")]
    [InlineData("1769860800", "\"2026-01-31T12:00:00.789012Z\"")]
    [InlineData("\"2026-01-31T12:00:00\"", "\"2026-01-31T12:00:00.789012Z\"")]
    [InlineData("\"2026-01-31T12:00:00.7\"", "\"2026-01-31T12:00:00.789012Z\"")]
    [InlineData("\"2026-01-31T12:00:00.79\"", "\"2026-01-31T12:00:00.789012Z\"")]
    [InlineData("\"2026-01-31T12:00:00.789012Z\"", "\"2026-01-31T12:00:00Z\"")]
    public void A_time_that_one_side_rounded_is_the_same(string python, string go) => Assert.Empty(Diff("last_heartbeat", python, go));

    [Theory]
    [InlineData("last_heartbeat", "\"2026-01-31T12:00:00.100000\"", "\"2026-01-31T12:00:00.789012Z\"")]
    [InlineData("last_heartbeat", "\"Sat, 31 Jan 2026 12:00:02 GMT\"", "\"2026-01-31T12:00:00.789012Z\"")]
    [InlineData("last_heartbeat", "\"Sat, 31 Jan 2026 12:00:01 GMT\"", "\"2026-01-31T12:00:00Z\"")]
    [InlineData("last_heartbeat", "\"2026-01-31T12:00:00.123400\"", "\"2026-01-31T12:00:00.125600Z\"")]
    [InlineData("last_heartbeat", "\"2026-01-31T12:00:00+01:00\"", "\"2026-01-31T12:00:00Z\"")]
    [InlineData("last_heartbeat", "1769860801", "\"2026-01-31T12:00:00Z\"")]
    [InlineData("last_heartbeat", "\"never\"", "\"2026-01-31T12:00:00Z\"")]
    [InlineData("status", "\"active\"", "\"idle\"")]
    [InlineData("status", "\"\"", "\"idle\"")]
    [InlineData("status", "1", "\"idle\"")]
    [InlineData("status", "\"active.\"", "\"idle.\"")]
    [InlineData("provider", "\"llama 3.1\"", "\"gemma 2.1\"")]
    [InlineData("consecutive_failures", "\"3\"", "4")]
    [InlineData("consecutive_failures", "\"1,5\"", "15")]
    [InlineData("consecutive_failures", "\"3-\"", "-3")]
    [InlineData("consecutive_failures", "1e-30", "0")]
    [InlineData("consecutive_failures", "true", "1")]
    [InlineData("metadata", """{"a":[1,2]}""", """{"a":[2,1]}""")]
    [InlineData("metadata", """{"a":1e99999999999}""", """{"a":1e99999999998}""")]
    [InlineData("metadata", """{"a":1}""", """{"a":"1"}""")]
    [InlineData("metadata", """{"a":null}""", "{}")]
    [InlineData("metadata", """{"a":123456789012345678901234567890123}""", """{"a":123456789012345678901234567890124}""")]
    [InlineData("session_name", "\"Gr\\u00fcn\"", "\"Gru\\u0308n\"")]
    [InlineData("session_name", "\"a\"", "\"A\"")]
    [InlineData("session_name", "\"a\"", "\"a \"")]
    [InlineData("user_id", "7", "\"7\"")]
    [InlineData("own", "\"1\"", "1")]
    [InlineData("own", "\"2026-01-31T12:00:00\"", "\"2026-01-31T12:00:00Z\"")]
    public void These_differ(string field, string python, string go)
    {
        var difference = Assert.Single(Diff(field, python, go));
        Assert.Equal((field, python, go), (difference.Field, difference.PythonValue, difference.GoValue));
    }

    [Theory]
    [InlineData("session_name", "\"\"", true)]
    [InlineData("metadata", "{}", true)]
    [InlineData("own", "[]", true)]
    [InlineData("own", "0", true)]
    [InlineData("own", "false", true)]
    [InlineData("session_name", "null", false)]
    [InlineData("metadata", "null", false)]
    [InlineData("own", "null", false)]
    public void Missing_and_null_are_the_same_nothing_and_empty_is_something(string field, string value, bool differs)
    {
        var with = $"{{\"{field}\":{value}}}";
        foreach (var (python, go) in new[] { (with, "{}"), ("{}", with), (with, $"{{\"{field}\":null}}") })
            Assert.Equal(differs ? 1 : 0, Compare(python, go).Differences.Count);
    }

    [Theory]
    [InlineData("""{"id":"s","status":"ACTIVE","tier":"worker","own":1}""")]
    [InlineData("""{"own":1,"tier":"worker","status":"ACTIVE","id":"s"}""")]
    [InlineData("""{"id":"s","status":"IDLE","status":"ACTIVE","tier":"worker","own":1}""")]
    [InlineData("""{"id":"s","st\u0061tus":"ACTIVE","tier":"worker","own":1}""")]
    public void Neither_the_order_nor_the_spelling_of_the_members_changes_the_verdict(string python)
    {
        var diff = Compare(python, """{"id":"s","status":"active","tier":"manager","own":1}""");
        Assert.Equal(("tier", 1), (Assert.Single(diff.Differences).Field, diff.Noise["enum"]));
    }

    [Fact]
    public void The_id_is_what_both_were_found_under() => Assert.True(Compare("""{"id":1}""", """{"id":"1"}""").Equal);

    private static IReadOnlyList<Contracts.Sessions.FieldDifference> Diff(string field, string python, string go) =>
        Compare($"{{\"{field}\":{python}}}", $"{{\"{field}\":{go}}}").Differences;

    private static DiffResult Compare(string python, string go) => SessionDiff.Compare(Some.Json(python), Some.Json(go), DiffRules.Default);
}
