using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Cluster.Tests.Legacy;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Cluster.Tests.Runs;

/// <summary>Differences planted on either side, behind everybody's back: found exactly, and mended.</summary>
public sealed class RepairRunTests : RunTestBase
{
    [Fact]
    public async Task What_was_planted_on_both_sides_is_found_and_repaired_until_nothing_differs()
    {
        Seed(300);
        await Cluster.Migrate.Start(new());
        await Ends(Cluster.Migrate, RunState.Completed);
        await Cluster.Merge(SessionId(3), """{"user_id":"warm"}"""); // its activation remembers what is planted away
        PlantThere(1, "busy");
        Cluster.Legacy.Side.Remove(SessionId(2));
        await PlantHere(SessionId(3), """{"status":"paused","user_id":"warm","current_task_count":3}""");
        await PlantHere("only-here", """{"status":"idle"}""");
        Cluster.Legacy.Side.Seed("only-there", """{"status":"idle"}""");

        var found = await Verified(repair: false);
        Assert.Equal((5, 0), (found.Mismatched, found.Repaired));
        Assert.Equal(["only-here", "only-there", SessionId(1), SessionId(2), SessionId(3)], (await Cluster.Invalid()).Select(e => e.SessionId).Distinct().Order());

        var mended = await Verified(repair: true);
        Assert.Equal((5, 5), (mended.Mismatched, mended.Repaired));
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(SessionId(1)));
        Assert.Equal(("\"idle\"", "\"idle\""), await Cluster.Both(SessionId(2)));
        Assert.Equal(("\"paused\"", "\"paused\""), await Cluster.Both(SessionId(3)));
        Assert.Equal(("\"idle\"", "\"idle\""), await Cluster.Both("only-here"));
        Assert.Equal(("\"idle\"", "\"idle\""), await Cluster.Both("only-there"));

        var after = await Verified(repair: false);
        Assert.Equal((0, 0), (after.Mismatched, after.Pending));
        Assert.Empty(await Cluster.Invalid());
    }

    /// <summary>A client writes between the comparison and the repair: what it wrote is what both sides have in the end.</summary>
    [Fact]
    public async Task A_repair_does_not_go_over_what_a_client_has_written_meanwhile()
    {
        Seed(50);
        await Cluster.Migrate.Start(new());
        await Ends(Cluster.Migrate, RunState.Completed);
        PlantThere(7, "busy");
        var again = new TaskCompletionSource<Hold>();
        Cluster.Legacy.Showing = (id, read) =>
        {
            if (id == SessionId(7) && !again.Task.IsCompleted) again.SetResult(Cluster.Legacy.HoldReads(id));
            return read;
        };
        await Cluster.Verify.Start(new(Repair: true));
        var hold = await Eventually.Comes(again.Task, "the first look");
        await Eventually.Comes(hold.Arrived, "the second");
        var write = Cluster.Merge(SessionId(7), """{"status":"paused"}""");
        hold.Release();
        var written = await Eventually.Comes(write, "the client's answer");
        await Ends(Cluster.Verify, RunState.Completed);
        Assert.Equal(("\"paused\"", "\"paused\""), await Cluster.Both(SessionId(7)));
        Assert.True((await Cluster.Row(SessionId(7))).Version >= written.Version);
    }

    [Fact]
    public async Task Nothing_is_repaired_while_legacy_is_still_the_truth()
    {
        await Cluster.Put(s => s with { DualWrite = s.DualWrite with { Enabled = false } });
        await Assert.ThrowsAsync<BlockedException>(() => Cluster.Verify.Start(new(Repair: true)));
        await Assert.ThrowsAsync<BlockedException>(() => Cluster.Reconcile.Start(new()));
        Assert.Equal(RunState.Waiting, (await Cluster.Verify.Status()).State);
    }

    private async Task<RunStatus> Verified(bool repair)
    {
        await Cluster.Verify.Start(new(Repair: repair));
        return await Ends(Cluster.Verify, RunState.Completed);
    }

    private void PlantThere(int i, string status) =>
        Cluster.Legacy.Side.Seed(SessionId(i), $$"""{"id":"{{SessionId(i)}}","status":"{{status}}","user_id":"u-{{i}}","current_task_count":{{i}}}""");

    /// <summary>As somebody with a database client would: the document and nothing of its bookkeeping.</summary>
    private async Task PlantHere(string id, string json)
    {
        var row = await Cluster.Row(id);
        using var document = System.Text.Json.JsonDocument.Parse(json);
        Cluster.Rows.Plant(row with { CommitId = row.Version == 0 ? Guid.NewGuid() : row.CommitId, Version = Math.Max(1, row.Version), LegacyVersion = Math.Max(1, row.LegacyVersion), Generation = Cluster.Rollout.State.Generation, Document = SessionDocument.FromLegacy(id, document.RootElement, out _) });
    }
}
