namespace GaiaOrleans.Client.Tests.Output;

public class TerminalTests
{
    [Fact]
    public async Task In_a_pipe_there_is_no_escape_sequence_no_padding_and_no_wrapping()
    {
        var message = string.Join(' ', Enumerable.Repeat("long", 200));
        await using var server = await FakeControlPlane.Start();
        server.On("GET /api/migration/errors", Reply.Ok($$"""{"errors":[{"at":"2026-11-23T00:00:00Z","session_id":"s","message":"{{message}}"}],"total":7}"""));
        var ran = await server.Run("errors");
        Assert.DoesNotContain('\e', ran.Out);
        Assert.Contains(message, ran.Out, StringComparison.Ordinal);
        Assert.EndsWith("\n1 of 7\n", ran.Out, StringComparison.Ordinal);
        Assert.All(ran.Out.Split('\n'), line => Assert.Equal(line.TrimEnd(), line));
    }

    [Fact]
    public async Task On_a_terminal_there_is_colour()
    {
        await using var server = await FakeControlPlane.Start();
        server.On("GET /api/cluster/health", Reply.Ok(Some.Cluster));
        var ran = await Ran.Of(["cluster"], server.Url, ansi: true);
        Assert.Contains("\e[32mActive", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Control_characters_of_a_session_do_not_reach_the_terminal()
    {
        await using var server = await FakeControlPlane.Start();
        server.On("GET /api/sessions/s", Reply.Ok("""{"session_name":"[red]\u001b[2Jboo"}"""));
        var ran = await server.Run("session", "get", "s");
        Assert.Contains("[red]\uFFFD[2Jboo", ran.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', ran.Out);
    }
}
