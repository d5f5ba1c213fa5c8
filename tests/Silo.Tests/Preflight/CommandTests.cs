using System.Text.Json;
using GaiaOrleans.Silo.Preflight;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Silo.Tests.Preflight;

/// <summary>Before anything is installed: no PostgreSQL, no cluster.</summary>
public sealed class CommandTests
{
    [Fact]
    public async Task A_ready_one_is_0_and_a_blocked_one_1_each_with_its_report()
    {
        await using var home = await GaiaHomeProcess.StartAsync(["--seed", "10"]);
        var (code, output, error) = await Run("--legacy", home.Url.ToString(), "--sample", "5", "--time-limit", "10");
        var report = JsonDocument.Parse(output).RootElement;
        Assert.Equal((0, "ready", ""), (code, report.GetProperty("verdict").GetString(), error));
        Assert.Equal(5, report.GetProperty("facts").GetProperty("records").GetProperty("looked_at").GetInt32());
        await home.KillAsync();
        (code, output, _) = await Run("--legacy", home.Url.ToString());
        Assert.Equal((1, "blocked"), (code, JsonDocument.Parse(output).RootElement.GetProperty("verdict").GetString()));
    }

    [Theory]
    [InlineData("Legacy__BaseUrl=", "")]
    [InlineData("no absolute http", "--legacy", "gaia-home")]
    [InlineData("--sample must be", "--legacy", "http://127.0.0.1:1", "--sample", "none")]
    [InlineData("--time-limit must be", "--legacy", "http://127.0.0.1:1", "--time-limit", "soon")]
    [InlineData("TimeLimit", "--legacy", "http://127.0.0.1:1", "--time-limit", "0")]
    [InlineData("'--verbose' is not understood", "--verbose", "1")]
    [InlineData("'--sample' is not understood", "--sample")]
    public async Task A_wrong_command_line_is_2_and_says_why(string complaint, params string[] args)
    {
        var (code, output, error) = await Run([.. args.Where(a => a.Length > 0)]);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(complaint, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_its_own_word_is_a_preflight()
    {
        Assert.True(PreflightCommand.Requested(["preflight", "--legacy", "x"]));
        Assert.False(PreflightCommand.Requested(["--in-memory", "3"]));
        Assert.False(PreflightCommand.Requested([]));
    }

    private static async Task<(int Code, string Output, string Error)> Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await PreflightCommand.Run(["preflight", .. args], output, error, default);
        return (code, output.ToString(), error.ToString());
    }
}
