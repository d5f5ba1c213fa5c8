using System.Globalization;
using GaiaOrleans.Contracts.Access;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Access;

/// <summary>A process that others could reach does not start without a lock on its door.</summary>
public sealed class BindingTests
{
    [Theory]
    [InlineData("Silo", "ASPNETCORE_URLS", "http://0.0.0.0:{0}")]
    [InlineData("Gateway", "ASPNETCORE_URLS", "http://127.0.0.1:1;http://*:{0}")]
    [InlineData("Gateway", "ASPNETCORE_HTTP_PORTS", "{0}")]
    [InlineData("Gateway", "Kestrel__Endpoints__Http__Url", "http://[::]:{0}")]
    [InlineData("Gateway", "ASPNETCORE_URLS", "http://some.name:{0}")]
    public async Task Bound_wide_without_a_key_it_refuses_to_start(string program, string variable, string value)
    {
        var (code, output) = await Run(program, new() { [variable] = string.Format(CultureInfo.InvariantCulture, value, FreePort.Next()) });
        Assert.Equal(1, code);
        Assert.Contains("Auth__Keys__0__Name", Assert.Single(output, l => l.StartsWith("Configuration:", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_wrong_with_the_keys_is_told_at_once()
    {
        var (code, output) = await Run("Gateway", new() { ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{FreePort.Next()}", ["Auth__Keys__0__Name"] = "ann", ["Auth__Keys__0__Hash"] = "abc" });
        Assert.Equal(1, code);
        Assert.Contains(output, l => l.Contains("Auth__Keys__0__Hash", StringComparison.Ordinal));
        Assert.Contains(output, l => l.Contains("Auth__Keys__0__Role", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_a_key_it_may_be_bound_wide()
    {
        var port = FreePort.Next();
        await using var silo = Start("Silo", new()
        {
            ["ASPNETCORE_URLS"] = $"http://0.0.0.0:{port}",
            ["Auth__Keys__0__Name"] = "ann",
            ["Auth__Keys__0__Hash"] = ApiKey.HashOf(ApiKey.New()),
            ["Auth__Keys__0__Role"] = "admin",
        });
        await silo.WaitForUrlAsync(new($"http://127.0.0.1:{port}/health/live"), TimeSpan.FromSeconds(60));
        Assert.DoesNotContain(silo.Output, l => l.Contains("NO KEY IS CONFIGURED", StringComparison.Ordinal));
    }

    [Fact]
    public async Task On_loopback_alone_it_starts_without_a_key_and_says_so_loudly()
    {
        var port = FreePort.Next();
        await using var silo = Start("Silo", new() { ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}" });
        await silo.WaitForUrlAsync(new($"http://127.0.0.1:{port}/health/live"), TimeSpan.FromSeconds(60));
        await Eventually.Get(() => Task.FromResult(silo.Output), lines => lines.Any(l => l.Contains("NO KEY IS CONFIGURED", StringComparison.Ordinal)), TimeSpan.FromSeconds(20));
    }

    static async Task<(int Code, IReadOnlyList<string> Output)> Run(string program, Dictionary<string, string?> environment)
    {
        await using var process = Start(program, environment);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var code = await process.WaitForExitAsync(deadline.Token);
        return (code, process.Output);
    }

    // A silo on memory needs nothing beside it; a gateway's cluster is nowhere.
    static ChildProcess Start(string program, Dictionary<string, string?> environment) => ChildProcess.Start(new("dotnet", [Built.Program(program), .. program == "Silo" ? (string[])["--in-memory", "1"] : []])
    {
        Environment = new Dictionary<string, string?>(environment)
        {
            ["Legacy__BaseUrl"] = "http://127.0.0.1:1",
            ["Gaia__Silos__0"] = "127.0.0.1:1",
            ["Gaia__SiloPort"] = $"{FreePort.Next()}",
            ["Gaia__GatewayPort"] = $"{FreePort.Next()}",
        },
    });
}
