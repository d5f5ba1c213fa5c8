using System.Text.RegularExpressions;
using GaiaOrleans.Deploy.Tests.Files;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Deploy.Tests.Docker;

public sealed partial class DockerfileTests
{
    private static readonly string Text = DeployFile.Text("docker", "Dockerfile");
    private static readonly Dictionary<string, string> Stages = Stage().Matches(Text).ToDictionary(m => m.Groups["name"].Value, m => m.Groups["body"].Value);

    [Fact]
    public void Every_base_image_is_pinned()
    {
        var versions = Argument().Matches(Text).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
        var bases = From().Matches(Text).Select(m => m.Groups[1].Value).Where(b => !Stages.ContainsKey(b)).ToList();
        Assert.Equal(4, bases.Count);
        foreach (var image in bases) PinnedImage.Check(Variable().Replace(image, m => versions[m.Groups[1].Value]));
    }

    [Theory]
    [InlineData("silo")]
    [InlineData("gateway")]
    [InlineData("gaia-home")]
    public void Every_image_has_a_health_check_and_a_user_that_is_not_root(string target)
    {
        var stage = Stages[target];
        Assert.Contains("\nHEALTHCHECK ", stage, StringComparison.Ordinal);
        Assert.Matches(@"\nUSER (\$APP_UID|gaia)\n", stage);
        Assert.Contains("\nENTRYPOINT [", stage, StringComparison.Ordinal);
    }

    [Fact]
    public void The_images_of_the_cluster_hold_no_sdk_and_no_shell()
    {
        Assert.Matches(@"ARG DOTNET_RUNTIME=\S+-chiseled\n", Text);
        Assert.DoesNotContain("\nRUN ", Stages["silo"] + Stages["gateway"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_silo_is_started_as_what_is_published_of_it_everywhere()
    {
        Assert.Contains("<SelfContained>true</SelfContained>", File.ReadAllText(RepositoryRoot.PathTo("src", "Silo", "Silo.csproj")), StringComparison.Ordinal);
        Assert.StartsWith("FROM mcr.microsoft.com/dotnet/runtime-deps:", Stages["silo"], StringComparison.Ordinal);
        Assert.Contains("\nENTRYPOINT [\"/app/GaiaOrleans.Silo\"]", Stages["silo"], StringComparison.Ordinal);
        Assert.Contains("\nExecStart=/opt/gaia/current/silo/GaiaOrleans.Silo\n", DeployFile.Text("systemd", "gaia-silo@.service"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("silo")]
    [InlineData("gateway")]
    public void The_folder_of_the_state_file_belongs_to_the_user_of_the_image(string target)
    {
        Assert.Contains("mkdir -p /state/gaia", Stages["build"], StringComparison.Ordinal);
        Assert.Contains("\nCOPY --from=build --chown=1654:1654 /state/ /var/lib/\n", Stages[target], StringComparison.Ordinal);
    }

    [Fact]
    public void Every_project_that_is_restored_has_its_file_copied_before()
    {
        foreach (var project in (string[])["Contracts", "Gateway", "Grains", "Silo"])
            Assert.Contains($"COPY src/{project}/{project}.csproj src/{project}/\n", Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_builder_gets_only_what_it_is_given_by_name()
    {
        var lines = File.ReadAllLines(RepositoryRoot.PathTo(".dockerignore")).Where(l => l.Length > 0 && !l.StartsWith('#')).ToList();
        Assert.Equal("*", lines[0]);
        Assert.DoesNotContain(lines, l => l.StartsWith("!.gaia", StringComparison.Ordinal) || l is "!deploy" or "!*");
    }

    [GeneratedRegex(@"(?ms)^(?<body>FROM \S+ AS (?<name>\S+)$.*?)(?=^FROM |\z)")]
    private static partial Regex Stage();

    [GeneratedRegex(@"(?m)^FROM (\S+)")]
    private static partial Regex From();

    [GeneratedRegex(@"(?m)^ARG ([A-Z_]+)=(\S+)$")]
    private static partial Regex Argument();

    [GeneratedRegex(@"\$\{([A-Z_]+)\}")]
    private static partial Regex Variable();
}
