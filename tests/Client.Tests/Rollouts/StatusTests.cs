namespace GaiaOrleans.Client.Tests.Rollouts;

public class StatusTests
{
    [Fact]
    public async Task One_page_says_it_all()
    {
        await using var server = await Server(Reply.Ok(Some.Status()));
        var ran = await server.Run("status");
        Assert.Equal(0, ran.Code);
        Assert.Equal(
            """
            phase       gradual_rollout (epoch 8); next monitoring: 1 blockers
            split       go 10 % ███░░░░░░░░░░░░░░░░░░░░░░░░░░░ 90 % python
            dual-write  on, go_leads, ack both
            guard       investigate: go 1.2 % of 500 requests answered 5xx
            lag         12.5 ms
            sessions    total 100, migrated 45, pending 3
            conflicts   0 open
            mismatch    silo-2: DUAL_WRITE_MODE is python_leads
            cluster     healthy, 3 of 3 silos, quorum (2 needed)

            RUN      STATE    PROGRESS                                     FAILED  DIFFER  PENDING  RATE     ENDS
            migrate  running  ██████████████░░░░░░░░░░░░░░░░  45 % 45/100  0       0       0        120.5/s  -

            before monitoring
            GATE        STATUS        OBSERVED  REQUIRED  SINCE
            soak_at_50  inconclusive  0 h       48 h      -

            SILO    ADDRESS          STATUS  LAST HEARTBEAT
            silo-1  127.0.0.1:11111  Active  2026-11-23T00:00:00Z

            """,
            ran.Out);
    }

    [Fact]
    public async Task Without_the_clusters_health_the_rest_stands()
    {
        await using var server = await Server(Reply.Ok(Some.Status()));
        server.On("GET /api/cluster/health", Reply.Problem(503, """{"title":"Unavailable","detail":"no view yet"}"""));
        var ran = await server.Run("status");
        Assert.Equal(0, ran.Code);
        Assert.Contains("cluster     no view yet", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watch_in_a_pipe_prints_what_changed_and_ends_with_Ctrl_C()
    {
        using var interrupt = new CancellationTokenSource();
        await using var server = await Server(Reply.Ok(Some.Status(1)), Reply.Ok(Some.Status(1)), Reply.Ok(Some.Status(2)));
        StopAfter(server, 5, interrupt);
        var ran = await Ran.Of(["status", "--watch", "--interval", "0.05"], server.Url, cancellationToken: interrupt.Token);
        Assert.Equal(0, ran.Code);
        Assert.Equal(2, ran.Out.Split("phase  ").Length - 1);
        Assert.Empty(ran.Error);
    }

    [Fact]
    public async Task A_watch_on_a_terminal_redraws_in_place()
    {
        using var interrupt = new CancellationTokenSource();
        await using var server = await Server(Reply.Ok(Some.Status(1)), Reply.Ok(Some.Status(2)));
        StopAfter(server, 5, interrupt);
        var ran = await Ran.Of(["status", "--watch", "--interval", "0.05"], server.Url, ansi: true, cancellationToken: interrupt.Token);
        Assert.Equal(0, ran.Code);
        Assert.Matches(@"\e\[\d+A", ran.Out);
    }

    [Fact]
    public async Task A_watch_outlives_a_moment_without_an_answer()
    {
        using var interrupt = new CancellationTokenSource();
        await using var server = await Server(Reply.Ok(Some.Status(1)), Reply.Problem(503, """{"title":"Busy"}"""), Reply.Ok(Some.Status(2)));
        StopAfter(server, 6, interrupt);
        var ran = await Ran.Of(["status", "--watch", "--interval", "0.05", "-o", "json"], server.Url, cancellationToken: interrupt.Token);
        Assert.Equal(0, ran.Code);
        Assert.Equal(Some.Status(1) + "\n" + Some.Status(2) + "\n", ran.Out);
        Assert.Equal("gaia: asking again: Busy\n", ran.Error);
    }

    private static async Task<FakeControlPlane> Server(params Reply[] replies)
    {
        var server = await FakeControlPlane.Start();
        return server.On("GET /api/migration/status", replies).On("GET /api/cluster/health", Reply.Ok(Some.Cluster));
    }

    private static void StopAfter(FakeControlPlane server, int looks, CancellationTokenSource interrupt) => server.OnRequest = seen =>
    {
        if (seen.Call.EndsWith("/status", StringComparison.Ordinal) && Interlocked.Decrement(ref looks) == 0) interrupt.Cancel();
    };
}
