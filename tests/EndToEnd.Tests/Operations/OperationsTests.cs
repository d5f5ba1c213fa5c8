using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.EndToEnd.Tests.Guide;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Operations;

/// <summary>docs/CLUSTER_OPERATIONS.md, executed as far as one machine can.</summary>
[Collection(SharedClusterTests.Name)]
public sealed class OperationsTests(SharedCluster shared)
{
    private static readonly IReadOnlyList<GuideBlock> Blocks = GuideDocument.Read(RepositoryRoot.PathTo("docs", "CLUSTER_OPERATIONS.md"));

    [Fact]
    public void Every_block_is_either_run_or_said_to_need_a_site() => Assert.All(Blocks, b => Assert.True(b.Language is "bash" or "bash site", $"{b.Name} is '{b.Language}'"));

    [Fact]
    public async Task What_can_be_run_here_runs()
    {
        using var shell = new GuideShell(shared.Cluster);
        var run = Blocks.Where(b => b.IsShell).ToList();
        Assert.NotEmpty(run);
        foreach (var block in run) Assert.NotEmpty(await shell.Run(block));
    }
}
