using GaiaOrleans.Client.Output;

namespace GaiaOrleans.Client.Tests.Events;

public class EventTests
{
    private const string List = "GET /api/migration/events";
    private const string Split = """{"id":7,"at":"2026-01-31T12:00:00Z","kind":"split","data":{"action":"split","go_percentage":10,"reason":"why","dual_write":{"enabled":true},"paused":null}}""";

    [Fact]
    public async Task The_list_says_what_happened_in_one_line_each()
    {
        await using var server = await FakeControlPlane.Start();
        server.On($"{List}?kind=split%2Cpause&limit=5", Reply.Ok($"[{Split}]"));
        var ran = await server.Run("events", "--kind", "split,pause", "--limit", "5");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Contains("split go_percentage=10 reason=why", ran.Out, StringComparison.Ordinal);
        Assert.Equal("application/json", server.Requests.Single().Headers.Accept.ToString());
    }

    [Fact]
    public async Task Following_goes_on_after_the_last_event_that_was_shown()
    {
        using var interrupt = new CancellationTokenSource();
        await using var server = await FakeControlPlane.Start();
        server.On(List, Stream($"retry: 1000\n\nid: 7\nevent: split\ndata: {Split}\n\n:\n\n"), new Reply(503, ""), Stream("""
            id: 8
            event: pause
            data: {"id":8,"at":"2026-01-31T12:00:01Z","kind":"pause","data":{"action":"pause"}}


            """), Stream(""));
        server.OnRequest = _ =>
        {
            if (server.Requests.Count > 3) interrupt.Cancel();
        };
        var ran = await Ran.Of(["events", "--follow"], server.Url, cancellationToken: interrupt.Token);
        Assert.Equal(0, ran.Code);
        Assert.Equal("2026-01-31T12:00:00Z  split  split go_percentage=10 reason=why\n2026-01-31T12:00:01Z  pause  pause\n", ran.Out);
        Assert.Equal(["", "7", "7", "8"], server.Requests.Take(4).Select(r => r.Headers["Last-Event-ID"].ToString()));
        Assert.All(server.Requests, r => Assert.Equal("text/event-stream", r.Headers.Accept.ToString()));
        Assert.StartsWith("gaia: asking again:", ran.Error, StringComparison.Ordinal);
    }

    /// <summary>Hours of waiting for a kind that is rare, and a silo that ends: what comes in the gap is not missed.</summary>
    [Fact]
    public async Task Following_goes_on_from_where_it_began_when_nothing_was_shown_yet()
    {
        using var interrupt = new CancellationTokenSource();
        await using var server = await FakeControlPlane.Start();
        server.On($"{List}?kind=rollback", Stream("retry: 1000\nid: 41\n\n:\n\n"), Stream("retry: 1000\nid: 41\n\n"));
        server.OnRequest = _ =>
        {
            if (server.Requests.Count > 1) interrupt.Cancel();
        };
        Assert.Equal(0, (await Ran.Of(["events", "--follow", "--kind", "rollback"], server.Url, cancellationToken: interrupt.Token)).Code);
        Assert.Equal(["", "41"], server.Requests.Take(2).Select(r => r.Headers["Last-Event-ID"].ToString()));
    }

    /// <summary>The server's signs of life are no events: how long it was quiet says nothing against the stream.</summary>
    [Fact]
    public async Task Following_goes_on_when_the_stream_was_quiet_for_long_before_it_ended()
    {
        using var interrupt = new CancellationTokenSource();
        await using var server = await FakeControlPlane.Start();
        server.On(List, Stream($"id: 7\nevent: split\ndata: {Split}\n\n:\n\n"), new Reply(503, ""), Stream(""));
        server.OnRequest = _ =>
        {
            if (server.Requests.Count > 2) interrupt.Cancel();
        };
        var clock = new Clock();
        using var output = new QuietAfterwards(clock);
        using var error = new StringWriter();
        using var input = new StringReader("");
        var code = await new Gaia(new Terminal(output, error, input), name => name == "GAIA_URL" ? server.Url : null, clock).Run(["events", "--follow"], interrupt.Token);
        Assert.Equal(0, code);
        Assert.StartsWith("gaia: asking again:", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_time_somebody_must_answer()
    {
        await using var server = await FakeControlPlane.Start();
        server.On($"{List}?kind=nonsense", Reply.Problem(400, """{"title":"invalid field","code":"invalid_field","errors":{"kind":["has 'nonsense'"]}}"""));
        var ran = await server.Run("events", "--follow", "--kind", "nonsense");
        Assert.Equal(1, ran.Code);
        Assert.Contains("has 'nonsense'", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_has_no_limit() => Assert.Equal(2, (await Ran.Of(["events", "--follow", "--limit", "3"])).Code);

    private static Reply Stream(string text) => new(200, text.ReplaceLineEndings("\n"), "text/event-stream");

    /// <summary>As much time has passed as the test says; timers run as ever.</summary>
    private sealed class Clock : TimeProvider
    {
        public TimeSpan Passed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Passed.Ticks;
    }

    /// <summary>After whatever is shown nothing comes for a minute and a half.</summary>
    private sealed class QuietAfterwards(Clock clock) : StringWriter
    {
        public override void Flush() => clock.Passed += TimeSpan.FromSeconds(90);
    }
}
