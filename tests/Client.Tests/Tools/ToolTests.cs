namespace GaiaOrleans.Client.Tests.Tools;

/// <summary>The client as a .NET tool, and its completion in a real bash.</summary>
public sealed class ToolTests(InstalledTool tool) : IClassFixture<InstalledTool>
{
    [Fact]
    public async Task It_says_its_version() => Assert.StartsWith(typeof(Gaia).Assembly.GetName().Version!.ToString(3), await tool.Run("gaia", "--version"), StringComparison.Ordinal);

    [Fact]
    public async Task It_says_what_it_can()
    {
        var help = await tool.Run("gaia", "--help");
        Assert.Contains("gaia [command] [options]", help, StringComparison.Ordinal);
        Assert.Contains("dual-write", help, StringComparison.Ordinal);
    }

    /// <summary>A proxy would look for it on its own machine.</summary>
    [Fact]
    public async Task An_address_of_this_machine_is_asked_without_a_proxy()
    {
        await using var server = await FakeControlPlane.Start();
        server.On("GET /api/migration/sync-lag", Reply.Ok("{}"));
        await tool.Run("env", "-u", "no_proxy", "-u", "NO_PROXY", "http_proxy=http://127.0.0.1:9", $"GAIA_URL={server.Url}", "gaia", "lag");
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("gaia roll", "rollback")]
    [InlineData("gaia dual-write ", "off on show")]
    [InlineData("gaia dual-write on --mode ", "go_leads python_leads")]
    [InlineData("gaia -o json phase set grad", "gradual_rollout")]
    [InlineData("gaia status --out", "--output")]
    [InlineData("gaia status --output y", "yaml")]
    [InlineData("gaia runs ver", "verify")]
    [InlineData("gaia completion ", "bash fish zsh")]
    [InlineData("gaia nonsense wor", "")]
    public async Task Bash_completes(string line, string words)
    {
        // What readline does when Tab is pressed at the end of the line.
        const string Tab = """
            eval "$(gaia completion bash)"
            COMP_LINE=$1 COMP_POINT=${#1}
            read -ra COMP_WORDS <<<"$1"
            case $1 in *' ') COMP_WORDS+=('') ;; esac
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            function=$(complete -p gaia | sed 's/.*-F \([^ ]*\).*/\1/')
            "$function" gaia
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        var found = (await tool.Run("bash", "--norc", "-c", Tab, "bash", line)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(word => !word.StartsWith('-') || line.EndsWith("--out", StringComparison.Ordinal));
        Assert.Equal(words, string.Join(' ', found.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task In_an_interactive_bash_Tab_finishes_the_word()
    {
        // A terminal of its own: only there does readline take Tab for what it is.
        const string Session = """
            printf 'eval "$(gaia completion bash)"\ngaia keys --he\t\nexit\n' | script -qec 'bash --norc -i' /dev/null
            """;
        Assert.Contains("API keys of this cluster", await tool.Run("bash", "--norc", "-c", Session), StringComparison.Ordinal);
    }
}
