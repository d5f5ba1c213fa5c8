using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Faults;

/// <summary>What a silo says when it cannot start: every reason at once, each with its remedy, and exit code 1.</summary>
public sealed class SiloStartTests
{
    [Fact]
    public async Task Without_a_database_it_says_so_in_one_line()
    {
        var port = FreePort.Next();
        var (code, output) = await Run(new() { ["Postgres__ConnectionString"] = $"Host=127.0.0.1;Port={port};Username=gaia;Database=gaia", ["Legacy__BaseUrl"] = "http://127.0.0.1:5000" });
        Assert.Equal(1, code);
        var line = Assert.Single(output);
        Assert.Contains("PostgreSQL does not answer", line, StringComparison.Ordinal);
        Assert.Contains($"{port}", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_connection_string_names_the_variable()
    {
        var (code, output) = await Run(new() { ["Legacy__BaseUrl"] = "http://127.0.0.1:5000" });
        Assert.Equal(1, code);
        Assert.Contains(output, l => l.Contains("Postgres__ConnectionString", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_mode_that_nobody_could_mean_stops_the_start()
    {
        var (code, output) = await Run(new()
        {
            ["Postgres__ConnectionString"] = "Host=127.0.0.1;Database=gaia",
            ["Legacy__BaseUrl"] = "http://127.0.0.1:5000",
            ["DUAL_WRITE_MODE"] = "nobody_leads",
            ["DUAL_WRITE_ENABLED"] = "perhaps",
        });
        Assert.Equal(1, code);
        Assert.Contains(output, l => l.Contains("DUAL_WRITE_MODE", StringComparison.Ordinal));
        Assert.Contains(output, l => l.Contains("DUAL_WRITE_ENABLED", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_role_without_rights_is_named_with_what_it_lacks()
    {
        await using var postgres = await PostgresServer.StartAsync();
        var roles = await DatabaseRoles.CreateAsync(postgres, "gaia");
        var (code, output) = await Run(new() { ["Postgres__ConnectionString"] = roles.Silo, ["Legacy__BaseUrl"] = "http://127.0.0.1:5000" });
        Assert.Equal(1, code);
        var line = Assert.Single(output);
        Assert.Contains("'gaia_silo'", line, StringComparison.Ordinal);
        Assert.Contains("Postgres__OwnerConnectionString", line, StringComparison.Ordinal);
    }

    static async Task<(int Code, IReadOnlyList<string> Output)> Run(Dictionary<string, string?> environment)
    {
        await using var silo = ChildProcess.Start(new("dotnet", Built.Program("Silo")) { Environment = environment });
        var code = await silo.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token);
        return (code, silo.Output);
    }
}
