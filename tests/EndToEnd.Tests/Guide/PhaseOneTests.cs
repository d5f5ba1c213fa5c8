using System.Net;
using GaiaOrleans.EndToEnd.Tests.Clusters;

namespace GaiaOrleans.EndToEnd.Tests.Guide;

/// <summary>The guide's first phase, with its bodies and its shapes.</summary>
[Collection(SharedClusterTests.Name)]
public sealed class PhaseOneTests(SharedCluster shared)
{
    [Fact]
    public async Task Testing_a_session_answers_both_versions_and_changes_nothing()
    {
        var before = await shared.Legacy.Get("api/sessions/session-000001").Ok();
        var rows = await Rows();
        var answer = await shared.Silo.Post("api/migration/test", """{"session_id": "session-000001", "validate": true}""").Ok();
        Assert.Equal("validated", answer.Json["status"]!.GetValue<string>());
        Assert.Equal("session-000001", answer.Json["session_id"]!.GetValue<string>());
        Assert.Equal("session-000001", answer.Json["python_version"]!["id"]!.GetValue<string>());
        Assert.Equal("session-000001", answer.Json["go_version"]!["id"]!.GetValue<string>());
        Assert.Empty(answer.Json["conflicts"]!.AsArray());
        Assert.True(answer.Json["validated"]!.GetValue<bool>());
        Assert.Equal(before.Body, (await shared.Legacy.Get("api/sessions/session-000001").Ok()).Body);
        Assert.Equal(rows, await Rows());
    }

    [Fact]
    public async Task Testing_an_unknown_session_is_404()
    {
        var answer = await shared.Silo.Post("api/migration/test", """{"session_id": "no-such-session"}""");
        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Equal("unknown_session", answer.Code);
    }

    [Fact]
    public async Task Migrating_a_session_twice_says_so()
    {
        var first = await shared.Silo.Post("api/migration/session", """{"session_id": "session-000002"}""").Ok();
        Assert.Equal("migrated", first.Json["status"]!.GetValue<string>());
        Assert.Equal(1, first.Json["version"]!.GetValue<long>());
        Assert.Empty(first.Json["conflicts"]!.AsArray());
        var second = await shared.Silo.Post("api/migration/session", """{"session_id": "session-000002"}""").Ok();
        Assert.Equal("already_migrated", second.Json["status"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("api/migration/metrics", "total_sessions migrated_sessions failed_migrations validated_sessions skipped_sessions dual_write_errors start_time last_update_time estimated_complete latencies")]
    [InlineData("api/migration/dual-write-metrics", "enabled mode ack total_writes successful_writes partial_writes failed_writes conflict_unresolved success_rate pending")]
    [InlineData("api/migration/dual-write-health", "status enabled mode go python pending oldest_pending_ms")]
    [InlineData("api/migration/sync-lag", "current_ms p50_ms p95_ms max_ms pending oldest_session_id threshold_ms status")]
    [InlineData("api/migration/status", "phase epoch paused traffic dual_write sessions runs next sync_lag_ms conflicts_open environment_mismatch")]
    [InlineData("api/migration/errors?limit=50", "errors total")]
    [InlineData("api/migration/validation-errors?limit=50", "errors noise total")]
    [InlineData("api/migration/validation-errors?resolved=true", "errors noise total")]
    [InlineData("api/cluster/health", "cluster_status peer_count healthy_peers degraded_peers unhealthy_peers quorum membership_version silos")]
    [InlineData("api/cluster/status", "nodes node_id peer_count")]
    [InlineData("api/traffic-split", "go_percentage python_percentage epoch phase updated_at updated_by")]
    [InlineData("health", "status checks version uptime_s")]
    public async Task Every_page_of_the_guide_has_its_members(string path, string members)
    {
        var answer = await shared.Silo.Get(path).Ok();
        foreach (var member in members.Split(' ')) Assert.True(answer.Json.AsObject().ContainsKey(member), $"{path} has no {member}: {answer.Body}");
    }

    [Fact]
    public async Task A_value_that_does_not_fit_is_listed_as_it_came()
    {
        await shared.Legacy.Post("api/sessions", """{"id":"misfit-1","status":"idle","consecutive_failures":"many"}""").Ok();
        await shared.Silo.Post("api/migration/session", """{"session_id":"misfit-1"}""").Ok();
        var found = await Testbed.Eventually.Get(
            async () => (await shared.Silo.Get("api/migration/validation-errors").Ok()).Json["errors"]!.AsArray().SingleOrDefault(e => e!["session_id"]!.GetValue<string>() == "misfit-1"),
            e => e is not null, TimeSpan.FromSeconds(10));
        Assert.Equal(
            ("consecutive_failures", "type", "many", "dual_write"),
            (found!["field"]!.GetValue<string>(), found["rule"]!.GetValue<string>(), found["python_value"]!.GetValue<string>(), found["source"]!.GetValue<string>()));
        Assert.Null(found["go_value"]);
    }

    [Fact]
    public async Task The_health_of_dual_write_tells_the_circuit() =>
        Assert.Equal("closed", (await shared.Silo.Get("api/migration/dual-write-health").Ok()).Json["python"]!["circuit"]!.GetValue<string>());

    [Fact]
    public async Task The_metrics_hold_the_guides_error_counter_on_a_healthy_cluster()
    {
        var answer = await shared.Silo.Get("metrics").Ok();
        Assert.Contains("gaia_errors_total", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_dashboard_knows_three_active_silos()
    {
        var answer = await shared.Silo.Get("dashboard/DashboardCounters").Ok();
        Assert.Equal(3, answer.Json["hosts"]!.AsArray().Count(h => h!["status"]!.ToString() == "Active"));
    }

    async Task<long> Rows()
    {
        await using var database = Npgsql.NpgsqlDataSource.Create(shared.Cluster.ConnectionString);
        await using var command = database.CreateCommand("SELECT count(*) + coalesce(sum(version), 0)::bigint FROM session_records WHERE id = 'session-000001'");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
