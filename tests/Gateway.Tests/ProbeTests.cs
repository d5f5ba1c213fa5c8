using GaiaOrleans.Gateway.Tests.Hosts;

namespace GaiaOrleans.Gateway.Tests;

public sealed class ProbeTests
{
    [Fact]
    public void Only_its_own_two_words_ask_for_a_probe()
    {
        Assert.Equal("http://127.0.0.1:8080/health/ready", Probe.Requested(["--probe", "http://127.0.0.1:8080/health/ready"]));
        Assert.Null(Probe.Requested([]));
        Assert.Null(Probe.Requested(["--probe"]));
        Assert.Null(Probe.Requested(["--urls", "http://127.0.0.1:8080"]));
    }

    [Fact]
    public async Task What_answers_well_is_healthy()
    {
        await using var host = await GatewayHost.Start();
        Assert.Equal((0, ""), await Run($"{host.Url}/api/gateway"));
    }

    [Fact]
    public async Task What_answers_otherwise_is_not_and_is_quoted()
    {
        await using var host = await GatewayHost.Start();
        var (code, error) = await Run($"{host.Url}/no-such-page");
        Assert.Equal(1, code);
        Assert.Contains("404", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/health/ready")]
    [InlineData("no address")]
    [InlineData("file:///etc/passwd")]
    public async Task What_does_not_answer_is_not(string address)
    {
        var (code, error) = await Run(address);
        Assert.Equal(1, code);
        Assert.Contains(address, error, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Error)> Run(string address)
    {
        using var error = new StringWriter();
        var code = await Probe.Run(address, error, CancellationToken.None);
        return (code, error.ToString());
    }
}
