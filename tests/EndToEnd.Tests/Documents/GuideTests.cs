using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Documents;

/// <summary>docs/MIGRATION_GUIDE.md, executed from its first block to its last.</summary>
public sealed class GuideTests
{
    private static readonly BlockTable Table = BlockTable.Of("MIGRATION_GUIDE");

    [Fact]
    public void It_has_every_command_of_the_original_in_its_order()
    {
        var ours = new Queue<string>(Table.Blocks().Where(b => b.IsShell).SelectMany(b => b.Text.Split('\n')).Select(line => line.Trim()));
        foreach (var command in BlockTable.Original())
        {
            while (ours.TryPeek(out var line) && !line.StartsWith(command, StringComparison.Ordinal)) ours.Dequeue();
            Assert.True(ours.TryDequeue(out _), $"The guide lacks, after the commands before it: {command}");
        }
    }

    [Fact]
    public async Task The_whole_guide_runs_and_after_going_all_the_way_back_a_second_time()
    {
        await using var cluster = await LocalCluster.StartAsync(sessions: 60, settings: Troubles.Settings);
        var legacy = new Http(cluster.Legacy.Url);
        await legacy.Post("api/sessions", """{"id":"test-session-001","session_name":"test-session-001","status":"idle"}""").Ok();
        using var shell = new DocumentShell(cluster);
        await Walk(shell, "Before the migration", "Phase 1", "Phase 2", "Phase 3");
        // Where the guide says so, everything is there to be looked at: troubles that really happened.
        await Troubles.Begin(cluster);
        await Walk(shell, "When something looks wrong");
        await Troubles.End(cluster);
        await Walk(shell, "Phase 4", "Going back");
        await Walk(shell, "Phase 1", "Phase 2", "Phase 3", "Phase 4", "The end", "Where to look");
        Assert.Equal("completed", (await new Http(cluster.Silos[0].Url).Get("api/migration/status").Ok()).Json["phase"]!.GetValue<string>());
    }

    /// <summary>Runs the guide's sections in the order that is asked for; what a block is said to print is compared with what it printed.</summary>
    private static async Task Walk(DocumentShell shell, params string[] sections)
    {
        foreach (var section in sections)
        {
            var blocks = Table.Blocks().Where(b => b.Name.StartsWith(section, StringComparison.Ordinal)).ToList();
            Assert.NotEmpty(blocks);
            await shell.Walk(Table, blocks);
        }
    }
}
