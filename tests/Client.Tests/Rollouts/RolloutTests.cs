namespace GaiaOrleans.Client.Tests.Rollouts;

public class RolloutTests
{
    [Theory]
    [InlineData("split 10", "POST /api/traffic-split", """{"go_percentage":10,"python_percentage":90}""")]
    [InlineData("split 12.25 --reason why", "POST /api/traffic-split", """{"go_percentage":12.25,"python_percentage":87.75,"reason":"why"}""")]
    [InlineData("split 60 --force --reason why --expected-epoch 7", "POST /api/traffic-split", """{"go_percentage":60,"python_percentage":40,"reason":"why","force":true,"expected_epoch":7}""")]
    [InlineData("dual-write on", "POST /api/migration/dual-write", """{"enabled":true}""")]
    [InlineData("dual-write on --mode python_leads --ack leader --reason why", "POST /api/migration/dual-write", """{"enabled":true,"mode":"python_leads","ack":"leader","reason":"why"}""")]
    [InlineData("dual-write on --conflicts manual --reason why", "POST /api/migration/dual-write", """{"enabled":true,"conflict_strategy":"manual","reason":"why"}""")]
    [InlineData("dual-write off", "POST /api/migration/dual-write", """{"enabled":false}""")]
    [InlineData("dual-write show", "GET /api/migration/dual-write", "")]
    [InlineData("rollback", "POST /api/migration/rollback", """{"to_percentage":0}""")]
    [InlineData("rollback --to 10 --drain-timeout 5 --force --yes --reason why", "POST /api/migration/rollback", """{"to_percentage":10,"reason":"why","force":true,"drain_timeout_s":5}""")]
    [InlineData("pause --reason why", "POST /api/migration/pause", """{"reason":"why"}""")]
    [InlineData("resume", "POST /api/migration/resume", "{}")]
    [InlineData("plan", "GET /api/migration/plan", "")]
    [InlineData("plan --to cutover", "GET /api/migration/plan?to=cutover", "")]
    [InlineData("phase set monitoring", "POST /api/migration/phase", """{"to":"monitoring"}""")]
    [InlineData("phase set cutover --force --reason why", "POST /api/migration/phase", """{"to":"cutover","reason":"why","force":true}""")]
    [InlineData("checklist", "GET /api/migration/checklist", "")]
    [InlineData("attest team_trained --note all", "POST /api/migration/attestations", """{"name":"team_trained","note":"all"}""")]
    [InlineData("drill record rollback_drill --result passed --evidence log", "POST /api/migration/drills", """{"name":"rollback_drill","result":"passed","evidence":"log"}""")]
    [InlineData("pin s/1 --side go --until 2026-01-31T13:00:00+01:00 --reason why", "PUT /api/migration/pins/s%2F1", """{"side":"go","until":"2026-01-31T12:00:00Z","reason":"why"}""")]
    [InlineData("pin s --side python --reason why", "PUT /api/migration/pins/s", """{"side":"python","reason":"why"}""")]
    [InlineData("complete --confirm gaia --yes --reason why", "POST /api/migration/complete", """{"confirm":"gaia","reason":"why"}""")]
    [InlineData("unpin s --reason why", "DELETE /api/migration/pins/s", """{"reason":"why"}""")]
    [InlineData("pins", "GET /api/migration/pins", "")]
    [InlineData("history --limit 5", "GET /api/migration/history?limit=5", "")]
    [InlineData("lag", "GET /api/migration/sync-lag", "")]
    [InlineData("metrics", "GET /api/migration/metrics", "")]
    [InlineData("errors --limit 5 --since 2026-11-23T00:00:00+01:00", "GET /api/migration/errors?limit=5&since=2026-11-23T00%3A00%3A00%2B01%3A00", "")]
    [InlineData("conflicts list --resolved false", "GET /api/migration/conflicts?resolved=false", "")]
    public async Task A_command_is_one_call(string line, string call, string body)
    {
        await using var server = await FakeControlPlane.Start();
        server.On(call, Reply.Ok("{}"));
        var ran = await server.Run(line.Split(' '));
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        var seen = server.Requests.Single();
        Assert.Equal((call, body), (seen.Call, seen.Body));
        if (body.Length > 0) Assert.Equal("application/json; charset=utf-8", seen.Headers.ContentType);
    }

    [Fact]
    public async Task A_split_says_how_it_is_and_that_every_gateway_knows()
    {
        await using var server = await FakeControlPlane.Start();
        server.On("POST /api/traffic-split", Reply.Ok(Some.Split));
        var ran = await server.Run("split", "10");
        Assert.Equal("go 10 % ███░░░░░░░░░░░░░░░░░░░░░░░░░░░ 90 % python\nphase gradual_rollout, epoch 8; acknowledged by 4 gateways in 12.5 ms\n", ran.Out);
    }

    [Theory]
    [InlineData("pin s --side go --until soon --reason why")]
    [InlineData("pin s --side go")]
    [InlineData("pin s --reason why")]
    [InlineData("pin .. --side go --reason why")]
    public async Task A_pin_that_says_too_little_is_not_sent(string line)
    {
        await using var server = await FakeControlPlane.Start();
        Assert.Equal(ExitCode.Usage, (await server.Run(line.Split(' '))).Code);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("python")]
    [InlineData("off")]
    public async Task An_emergency_confirms_the_gateway_that_it_found(string to)
    {
        await using var server = await FakeControlPlane.Start();
        server.On("GET /api/gateway", Reply.Ok("""{"name":"gw-7"}"""));
        server.On("POST /api/gateway/emergency", Reply.Ok("""{"name":"gw-7"}"""));
        var ran = await server.Run("emergency", to, "--yes", "--reason", "why");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Equal(("POST /api/gateway/emergency", $$"""{"to":"{{to}}","confirm":"gw-7","reason":"why"}"""), server.Requests.Last() is var sent ? (sent.Call, sent.Body) : default);
    }

    [Fact]
    public async Task An_emergency_that_somebody_thinks_better_of_is_none()
    {
        await using var server = await FakeControlPlane.Start();
        server.On("GET /api/gateway", Reply.Ok("""{"name":"gw-7"}"""));
        var ran = await Ran.Of(["emergency", "python", "--reason", "why"], server.Url, typed: "n\n");
        Assert.Equal(ExitCode.Failed, ran.Code);
        Assert.Contains("gw-7", ran.Error, StringComparison.Ordinal);
        Assert.Equal("GET /api/gateway", Assert.Single(server.Requests).Call);
    }

    [Fact]
    public async Task The_reason_for_force_is_asked_for()
    {
        await using var server = await FakeControlPlane.Start();
        server.On("POST /api/traffic-split", Reply.Ok(Some.Split));
        var ran = await Ran.Of(["split", "10", "--force"], server.Url, typed: "because\n");
        Assert.Equal(0, ran.Code);
        Assert.Contains("\"reason\":\"because\"", server.Requests.Single().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rollback_says_what_is_still_on_its_way()
    {
        await using var server = await FakeControlPlane.Start();
        server.On("POST /api/migration/rollback", Reply.Ok("""{"epoch":9,"took_ms":40,"drained":false,"pending":3,"traffic":{"go_percentage":0,"python_percentage":100}}"""));
        var ran = await server.Run("rollback");
        Assert.Equal(0, ran.Code);
        Assert.Contains("3 sessions are served by the target until GAIA_HOME is sure to have them", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Advancing_goes_where_the_plan_says_and_from_where_that_was_seen()
    {
        await using var server = await FakeControlPlane.Start();
        server.On("GET /api/traffic-split", Reply.Ok("""{"go_percentage":50,"python_percentage":50,"epoch":8}"""));
        server.On("GET /api/migration/plan", Reply.Ok("""{"from":"gradual_rollout","to":"monitoring","can_advance":true,"gates":[],"blockers":[]}"""));
        server.On("POST /api/migration/phase", Reply.Ok("""{"from":"gradual_rollout","to":"monitoring","traffic":{"go_percentage":50,"python_percentage":50,"epoch":9,"gateways_acknowledged":4,"took_ms":3}}"""));
        var ran = await server.Run("phase", "advance");
        Assert.Equal(0, ran.Code);
        Assert.Equal("""{"to":"monitoring","expected_epoch":8}""", server.Requests.Last().Body);
        Assert.Contains("phase monitoring, epoch 9; acknowledged by 4 gateways", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_advance_shows_what_blocks_it()
    {
        await using var server = await FakeControlPlane.Start();
        server.On("POST /api/migration/phase", Reply.Problem(409, Some.Blocked));
        var ran = await server.Run("phase", "set", "monitoring");
        Assert.Equal(3, ran.Code);
        Assert.Contains("error_rate", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_shows_every_gate_and_how_many_hold()
    {
        await using var server = await FakeControlPlane.Start();
        server.On("GET /api/migration/plan", Reply.Ok("""
            {"from":"gradual_rollout","to":"monitoring","go_percentage":50,"can_advance":false,"rehearsal":false,
             "gates":[{"gate":"quorum","status":"pass","observed":"3 active","required":"3 of 3","since":null,"evidence":"one, two, three"},
                      {"gate":"soak_at_50","status":"fail","observed":"40 h","required":"48 h","since":null,"evidence":null}],
             "blockers":[{"gate":"soak_at_50","status":"fail","observed":"40 h","required":"48 h","since":null}]}
            """));
        var ran = await server.Run("plan");
        Assert.Equal(0, ran.Code);
        foreach (var text in new[] { "gradual_rollout to monitoring, then 50 % on the target", "1 of 2 gates hold", "quorum", "soak_at_50" }) Assert.Contains(text, ran.Out, StringComparison.Ordinal);
    }
}
