using System.Globalization;
using System.Text.Json.Nodes;
using GaiaOrleans.Deploy.Tests.Files;

namespace GaiaOrleans.Deploy.Tests.Kubernetes;

public sealed class ManifestTests
{
    private static readonly IReadOnlyList<JsonNode> Base =
        [.. Directory.GetFiles(DeployFile.PathTo("kubernetes", "base"), "*.yaml").Order().SelectMany(f => DeployFile.Yaml("kubernetes", "base", Path.GetFileName(f)))];

    private static readonly JsonNode Silos = One("StatefulSet", "gaia-node");
    private static readonly JsonNode Gateways = One("StatefulSet", "load-balancer");

    public static TheoryData<string> Workloads => ["gaia-node", "load-balancer"];

    [Fact]
    public void Every_manifest_is_part_of_the_base()
    {
        var listed = One("Kustomization", null)["resources"].Items().Select(r => r.Said()).Append("kustomization.yaml").Order();
        Assert.Equal(Directory.GetFiles(DeployFile.PathTo("kubernetes", "base")).Select(Path.GetFileName).Order(), listed);
    }

    [Fact]
    public void There_are_three_silos_and_two_of_them_stay()
    {
        Assert.Equal("3", Silos["spec"]!["replicas"].Said());
        Assert.Equal("2", One("PodDisruptionBudget", "gaia-node")["spec"]!["minAvailable"].Said());
        Assert.Equal("1", One("PodDisruptionBudget", "load-balancer")["spec"]!["minAvailable"].Said());
        Assert.Equal(("2", "RollingUpdate"), (Gateways["spec"]!["replicas"].Said(), Gateways["spec"]!["updateStrategy"]!["type"].Said()));
    }

    [Theory]
    [MemberData(nameof(Workloads))]
    public void Every_selector_finds_its_pods(string name)
    {
        var labels = Pod(name)["metadata"]!["labels"]!["app.kubernetes.io/name"].Said();
        Assert.Equal(name, labels);
        foreach (var selector in (JsonNode?[])[Workload(name)["spec"]!["selector"], One("PodDisruptionBudget", name)["spec"]!["selector"], One("NetworkPolicy", name)["spec"]!["podSelector"]])
            Assert.Equal(name, selector!["matchLabels"]!["app.kubernetes.io/name"].Said());
    }

    [Theory]
    [MemberData(nameof(Workloads))]
    public void A_pod_is_ready_when_it_may_serve_and_alive_as_long_as_its_process_is(string name)
    {
        var container = Container(name);
        // A gateway that starts without its cluster waits for it, or for an emergency's lever: it is not to be killed meanwhile.
        Assert.Equal(name == "load-balancer" ? "/health/live" : "/health/ready", container["startupProbe"]!["httpGet"]!["path"].Said());
        Assert.Equal("/health/ready", container["readinessProbe"]!["httpGet"]!["path"].Said());
        Assert.Equal("/health/live", container["livenessProbe"]!["httpGet"]!["path"].Said());
    }

    [Fact]
    public void A_silo_is_not_killed_while_it_brings_the_schema_up_to_date()
    {
        var probe = Container("gaia-node")["startupProbe"]!;
        var seconds = int.Parse(probe["periodSeconds"].Said(), CultureInfo.InvariantCulture) * int.Parse(probe["failureThreshold"].Said(), CultureInfo.InvariantCulture);
        Assert.True(seconds >= DeployFile.LongestScript().TotalSeconds, $"{seconds} s");
    }

    [Fact]
    public void A_silo_has_longer_to_leave_than_it_takes()
    {
        var sleep = int.Parse(Container("gaia-node")["lifecycle"]!["preStop"]!["sleep"]!["seconds"].Said(), CultureInfo.InvariantCulture);
        var grace = int.Parse(Silos["spec"]!["template"]!["spec"]!["terminationGracePeriodSeconds"].Said(), CultureInfo.InvariantCulture);
        Assert.True(grace > sleep + DeployFile.ShutdownTimeout().TotalSeconds, $"{grace} s");
        Assert.True(sleep > 0, "requests still arrive while the endpoints do not know yet");
    }

    [Theory]
    [MemberData(nameof(Workloads))]
    public void An_emergency_outlives_the_pod_that_was_told_of_it(string name)
    {
        var claim = Workload(name)["spec"]!["volumeClaimTemplates"].Items().Single()["metadata"]!["name"].Said();
        var folder = Container(name)["volumeMounts"].Items().Single(m => m["name"].Said() == claim)["mountPath"].Said();
        Assert.StartsWith($"{folder}/", Container(name)["env"].Items().Single(e => e["name"].Said() == "Gateway__StateFile")["value"].Said(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Workloads))]
    public void Memory_is_limited_and_processors_are_not(string name)
    {
        var resources = Container(name)["resources"]!;
        Assert.NotNull(resources["requests"]!["cpu"]);
        Assert.Equal(["memory"], resources["limits"].Members().Select(m => m.Key));
        foreach (var overlay in (string[])["staging", "production"]) Assert.DoesNotMatch(@"limits: \{[^}]*cpu", DeployFile.Text("kubernetes", "overlays", overlay, "kustomization.yaml"));
    }

    [Theory]
    [MemberData(nameof(Workloads))]
    public void A_pod_is_nobody_and_may_do_nothing(string name)
    {
        var pod = Pod(name)["spec"]!;
        Assert.Equal("true", pod["securityContext"]!["runAsNonRoot"].Said());
        Assert.Equal("RuntimeDefault", pod["securityContext"]!["seccompProfile"]!["type"].Said());
        Assert.Equal("false", pod["automountServiceAccountToken"].Said());
        var container = Container(name)["securityContext"]!;
        Assert.Equal(("false", "true"), (container["allowPrivilegeEscalation"].Said(), container["readOnlyRootFilesystem"].Said()));
        Assert.Equal(["ALL"], container["capabilities"]!["drop"].Items().Select(c => c.Said()));
    }

    [Theory]
    [MemberData(nameof(Workloads))]
    public void Pods_of_a_kind_spread_over_the_nodes(string name) =>
        Assert.Contains(Pod(name)["spec"]!["topologySpreadConstraints"].Items(), c => c["topologyKey"].Said() == "kubernetes.io/hostname" && c["maxSkew"].Said() == "1");

    [Theory]
    [MemberData(nameof(Workloads))]
    public void Images_are_pinned_in_the_base_and_in_every_overlay(string name)
    {
        PinnedImage.Check(Container(name)["image"].Said());
        foreach (var overlay in (string[])["staging", "production"])
            foreach (var image in DeployFile.Yaml("kubernetes", "overlays", overlay, "kustomization.yaml").Single()["images"].Items())
                PinnedImage.Check($"{image["newName"].Said()}:{image["newTag"].Said()}");
    }

    [Fact]
    public void Secrets_are_only_referred_to()
    {
        Assert.DoesNotContain(Base, d => d["kind"].Said() == "Secret");
        Assert.DoesNotContain(Base.SelectMany(d => d.Everything()).OfType<JsonObject>(), o => o.ContainsKey("stringData"));
        foreach (var name in (string[])["gaia-node", "load-balancer"])
        {
            Assert.Equal("gaia-secrets", Pod(name)["spec"]!["volumes"].Items().Single(v => v["secret"] is not null)["secret"]!["secretName"].Said());
            var mount = Container(name)["volumeMounts"].Items().Single(m => m["name"].Said() == "secrets")["mountPath"].Said();
            Assert.Equal(mount, Container(name)["env"].Items().Single(e => e["name"].Said() == "GAIA_SECRETS")["value"].Said());
        }
    }

    [Fact]
    public void A_silo_advertises_its_own_address() =>
        Assert.Equal("status.podIP", Container("gaia-node")["env"].Items().Single(e => e["name"].Said() == "Gaia__AdvertisedAddress")["valueFrom"]!["fieldRef"]!["fieldPath"].Said());

    [Fact]
    public void Nothing_reaches_a_pod_but_what_is_named()
    {
        var closed = One("NetworkPolicy", "nothing-by-default")["spec"]!;
        Assert.Equal(["gaia-node", "load-balancer"], closed["podSelector"]!["matchExpressions"].Items().Single()["values"].Items().Select(n => n.Said()));
        Assert.Equal(["Ingress", "Egress"], closed["policyTypes"].Items().Select(t => t.Said()));
        // Orleans' own ports know no password: no rule may open them to more than our pods.
        var orleans = One("NetworkPolicy", "gaia-node")["spec"]!["ingress"].Items().Where(r => r["ports"].Items().Any(p => p["port"].Said() is "11111" or "30000")).ToList();
        Assert.Single(orleans);
        Assert.NotNull(orleans[0]["from"]!.AsArray().Single()!["podSelector"]);
    }

    private static JsonNode One(string kind, string? name) => Base.Single(d => d["kind"].Said() == kind && (name is null || d["metadata"]!["name"].Said() == name));

    private static JsonNode Workload(string name) => name == "gaia-node" ? Silos : Gateways;

    private static JsonNode Pod(string name) => Workload(name)["spec"]!["template"]!;

    private static JsonNode Container(string name) => Pod(name)["spec"]!["containers"].Items().Single();
}
