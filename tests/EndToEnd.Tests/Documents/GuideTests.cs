using GaiaOrleans.EndToEnd.Tests.Clusters;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.EndToEnd.Tests.Guide;

/// <summary>docs/MIGRATION_GUIDE.md, executed.</summary>
public sealed class GuideTests
{
    [Fact]
    public void Every_shell_block_is_either_run_or_said_to_need_a_site()
    {
        var blocks = GuideDocument.Read(GuideTable.Document).Where(b => b.IsShell).Select(b => b.Name).ToList();
        Assert.Equal(blocks, blocks.Distinct());
        Assert.Equal(blocks.Order(StringComparer.Ordinal), GuideTable.Blocks().Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_command_of_the_original_is_missing()
    {
        var text = File.ReadAllText(GuideTable.Document);
        Assert.All(GuideTable.Original(), command => Assert.Contains(command, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_whole_guide_runs_in_its_order_and_from_phase_2_on_a_second_time()
    {
        await using var cluster = await LocalCluster.StartAsync(sessions: 60);
        await new Http(cluster.Legacy.Url).Post("api/sessions", """{"id":"test-session-001","session_name":"test-session-001","status":"idle"}""").Ok();
        using var shell = new GuideShell(cluster);
        var all = GuideDocument.Read(GuideTable.Document);
        var back = all.ToList().FindLastIndex(b => b.Name.StartsWith("Going back / Recovery", StringComparison.Ordinal));
        // After a rollback the guide says to go on from phase 2: the way to the end leads through it again.
        var again = all.Where(b => b.Name.StartsWith("Phase 2", StringComparison.Ordinal) || b.Name.StartsWith("Phase 3", StringComparison.Ordinal) || b.Name.StartsWith("Phase 4", StringComparison.Ordinal));
        var table = GuideTable.Blocks();
        var printed = "";
        foreach (var block in all.Take(back + 1).Concat(again).Concat(all.Skip(back + 1)))
        {
            if (block.Language == "json") GuideShell.Expect(block, printed);
            else printed = table[block.Name] == GuideTable.Run ? await shell.Run(block) : "";
        }
    }
}
