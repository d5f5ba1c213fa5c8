using System.Globalization;
using System.Text.Json.Nodes;
using GaiaOrleans.Deploy.Tests.Files;

namespace GaiaOrleans.Deploy.Tests.Compose;

public sealed class ComposeFileTests
{
    private static readonly string[] Silos = ["gaia_node_1", "gaia_node_2", "gaia_node_3"];
    private static readonly string[] Ours = [.. Silos, "load_balancer"];
    private static readonly JsonNode Shared = DeployFile.Yaml("compose", "compose.yaml").Single();
    private static readonly JsonNode Staging = DeployFile.Yaml("compose", "staging.yaml").Single();
    private static readonly JsonNode Production = DeployFile.Yaml("compose", "production.yaml").Single();

    [Fact]
    public void The_parts_have_the_names_of_the_guide()
    {
        foreach (var name in Ours) Assert.Equal(name, Shared["services"]![name]!["container_name"].Said());
        Assert.Equal("gaia_home", Staging["services"]!["gaia_home"]!["container_name"].Said());
        Assert.DoesNotContain("gaia_home", Production["services"].Members().Select(s => s.Key));
    }

    [Fact]
    public void Every_image_is_pinned()
    {
        var images = Services().Where(s => s.Service["image"] is not null).Select(s => s.Service["image"].Said()).ToList();
        Assert.Equal(8, images.Count);
        foreach (var image in images) PinnedImage.Check(PinnedImage.WithDefaults(image));
    }

    [Fact]
    public void Nothing_starts_before_what_it_needs_is_healthy()
    {
        var conditions = Services().SelectMany(s => s.Service["depends_on"].Members()).ToList();
        Assert.NotEmpty(conditions);
        Assert.All(conditions, c => Assert.Equal("service_healthy", c.Value!["condition"].Said()));
        foreach (var silo in Silos)
        {
            Assert.Contains("postgres", Shared["services"]![silo]!["depends_on"].Members().Select(d => d.Key));
            Assert.Contains(silo, Shared["services"]!["load_balancer"]!["depends_on"].Members().Select(d => d.Key));
        }
    }

    [Fact]
    public void Whatever_is_waited_for_can_tell_whether_it_is_healthy()
    {
        // Of our own images the Dockerfile says how.
        foreach (var (name, service) in Services().Where(s => s.Service["image"] is not null && s.Service["build"] is null))
            Assert.True(service["healthcheck"]?["test"] is not null, $"{name} has no health check");
    }

    [Fact]
    public void Everything_has_longer_to_leave_than_it_takes()
    {
        foreach (var (name, service) in Services().Where(s => s.Service["image"] is not null))
        {
            var grace = Seconds(service["stop_grace_period"].Said());
            if (Silos.Contains(name)) Assert.True(grace > DeployFile.ShutdownTimeout(), $"{name} is killed after {grace}, in the middle of its shutdown");
            Assert.True(grace >= TimeSpan.FromSeconds(20), name);
        }
    }

    [Fact]
    public void Our_containers_may_do_next_to_nothing()
    {
        foreach (var (name, service) in Services().Where(s => s.Service["build"] is not null || s.Name is "prometheus" or "grafana"))
        {
            Assert.True(service["read_only"]?.Said() == "true", $"{name} may write to its image");
            Assert.Equal(["ALL"], service["cap_drop"].Items().Select(c => c.Said()));
            Assert.Contains("no-new-privileges:true", service["security_opt"].Items().Select(o => o.Said()));
            Assert.Null(service["privileged"]);
        }
    }

    [Fact]
    public void Secrets_are_files_outside_of_the_repository()
    {
        var secrets = Shared["secrets"].Members().ToList();
        Assert.Equal(12, secrets.Count);
        Assert.All(secrets, s => Assert.Equal("${GAIA_SECRETS:?}/" + s.Key, s.Value!["file"].Said()));
        var used = Services().SelectMany(s => s.Service["secrets"].Items()).Select(s => s is JsonValue ? s.Said() : s["source"].Said()).ToHashSet();
        Assert.Equal(secrets.Select(s => s.Key).Order(), used.Order());
    }

    [Fact]
    public void Only_the_gateway_can_be_opened_to_the_network()
    {
        foreach (var (name, service) in Services())
            foreach (var port in service["ports"].Items())
                Assert.True(port.Said().StartsWith(name == "load_balancer" ? "${GAIA_LISTEN:-127.0.0.1}:" : "127.0.0.1:", StringComparison.Ordinal), $"{name}: {port}");
    }

    [Fact]
    public void Each_silo_tells_the_others_the_address_it_has()
    {
        var addresses = Silos.Select(s => Shared["services"]![s]!["networks"]!["gaia"]!["ipv4_address"].Said()).ToList();
        Assert.Equal(3, addresses.Distinct().Count());
        Assert.Equal(addresses, Silos.Select(s => Shared["services"]![s]!["environment"]!["Gaia__AdvertisedAddress"].Said()));
        Assert.Equal(Silos, Silos.Select(s => Shared["services"]![s]!["environment"]!["Gaia__SiloName"].Said()));
    }

    [Fact]
    public void Only_staging_is_a_rehearsal()
    {
        foreach (var silo in Silos)
        {
            Assert.Equal("true", Staging["services"]![silo]!["environment"]!["Rollout__Rehearsal"].Said());
            Assert.Equal("false", Production["services"]![silo]!["environment"]!["Rollout__Rehearsal"].Said());
        }
    }

    [Fact]
    public void An_emergency_outlives_the_container_that_was_told_of_it()
    {
        var volumes = Ours.Select(name => Shared["services"]![name]!).Select(service =>
        {
            var (volume, folder) = service["volumes"].Items().Single().Said().Split(':') is [var v, var f] ? (v, f) : default;
            Assert.StartsWith($"{folder}/", service["environment"]!["Gateway__StateFile"].Said(), StringComparison.Ordinal);
            return volume;
        }).ToList();
        // Shared, one gateway's emergency would be everybody's at the next start.
        Assert.Equal(Ours.Length, volumes.Distinct().Count());
    }

    [Fact]
    public void Data_lies_in_volumes()
    {
        var declared = Shared["volumes"].Members().Concat(Staging["volumes"].Members()).Select(v => v.Key).ToList();
        var used = Services().SelectMany(s => s.Service["volumes"].Items()).Select(v => v.Said().Split(':')[0]).Where(v => !v.StartsWith('.')).ToList();
        Assert.Equal(declared.Order(), used.Order());
    }

    private static IEnumerable<(string Name, JsonNode Service)> Services() =>
        new[] { Shared, Staging, Production }.SelectMany(f => f["services"].Members()).Select(s => (s.Key, s.Value!));

    private static TimeSpan Seconds(string text) => TimeSpan.FromSeconds(int.Parse(text.TrimEnd('s'), CultureInfo.InvariantCulture));
}
