using System.Globalization;
using GaiaOrleans.Deploy.Tests.Files;

namespace GaiaOrleans.Deploy.Tests.Systemd;

public sealed class UnitTests
{
    private const string Umbrella = "gaia_go.service";

    public static TheoryData<string> Parts => ["gaia-silo@.service", "gaia-gateway.service"];

    [Theory]
    [MemberData(nameof(Parts))]
    public void Stopping_gaia_go_stops_the_silos_and_waits_for_them_and_starting_it_starts_every_part(string unit)
    {
        Assert.Equal(unit == "gaia-gateway.service" ? [] : [Umbrella], Values(unit, "PartOf"));
        Assert.Contains(Umbrella, Values(unit, "After").Single().Split(' '));
        Assert.Equal([Umbrella], Values(unit, "WantedBy"));
    }

    [Fact]
    public void A_silo_has_longer_to_leave_than_it_takes() =>
        Assert.True(int.Parse(Values("gaia-silo@.service", "TimeoutStopSec").Single(), CultureInfo.InvariantCulture) > DeployFile.ShutdownTimeout().TotalSeconds);

    [Theory]
    [MemberData(nameof(Parts))]
    public void A_part_runs_as_nobody_of_importance_in_a_closed_room(string unit)
    {
        Assert.Equal(["gaia"], Values(unit, "User"));
        Assert.Equal(["strict"], Values(unit, "ProtectSystem"));
        foreach (var option in (string[])["NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices", "ProtectKernelModules", "RestrictNamespaces", "RestrictSUIDSGID"])
            Assert.Equal(["yes"], Values(unit, option));
        Assert.Single(Values(unit, "CapabilityBoundingSet"));
        Assert.NotEmpty(Values(unit, "SystemCallFilter"));
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void An_emergency_outlives_the_process_that_was_told_of_it(string unit)
    {
        var folder = $"/var/lib/{Values(unit, "StateDirectory").Single()}/";
        Assert.Contains(Values(unit, "Environment"), e => e.StartsWith($"Gateway__StateFile={folder}", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void Secrets_come_as_credentials_named_like_settings(string unit)
    {
        var credentials = Values(unit, "LoadCredential").Select(c => c.Split(':')).ToDictionary(c => c[0], c => c[1]);
        var role = unit == "gaia-gateway.service" ? "postgres_gateway_connection" : "postgres_connection";
        Assert.Equal($"/etc/gaia/secrets/{role}", credentials["Postgres__ConnectionString"]);
        Assert.Equal(unit != "gaia-gateway.service", credentials.ContainsKey("Postgres__OwnerConnectionString"));
        Assert.All(credentials.Values, path => Assert.StartsWith("/etc/gaia/secrets/", path, StringComparison.Ordinal));
    }

    private static List<string> Values(string unit, string key) =>
        [.. DeployFile.Text("systemd", unit).Split('\n').Where(l => l.StartsWith(key + "=", StringComparison.Ordinal)).Select(l => l[(key.Length + 1)..])];
}
