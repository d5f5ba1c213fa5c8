using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace GaiaOrleans.Cluster.Tests.Runs;

/// <summary>A verification does not compare again what is as it was when it was found equal, and misses nothing by that.</summary>
public sealed class BucketRunTests : RunTestBase
{
    private const int Sessions = 1_200;

    // One that is in no bucket of another planted one, and the first of the list.
    private const int Planted = 700;

    private async Task<RunStatus> Verified()
    {
        await Cluster.Verify.Start(new());
        return await Ends(Cluster.Verify, RunState.Completed);
    }

    private async Task MigratedAndVerified()
    {
        Seed(Sessions);
        await Cluster.Migrate.Start(new());
        await Ends(Cluster.Migrate, RunState.Completed);
        Assert.Equal((Sessions, 0), (await Verified()) is var run ? (run.Done, run.Mismatched) : default);
        Assert.Equal(Sessions, Cluster.Store.ComparedRows);
    }

    private void Spell(int i, string user) =>
        Cluster.Legacy.Side.Seed(SessionId(i), $$"""{"id":"{{SessionId(i)}}","status":"SessionStatus.IDLE","user_id":"{{user}}","current_task_count":{{i}}}""");

    private long Noise() => Cluster.Orleans.GetActiveSilos().Sum(s => s.ServiceProvider.GetRequiredService<MigrationTally>().Drain().Noise.GetValueOrDefault("enum"));

    [Fact]
    public async Task An_unchanged_store_is_not_compared_again_and_reported_as_before()
    {
        await MigratedAndVerified();
        Assert.Equal(Sessions, Noise());
        var run = await Verified();
        Assert.Equal((Sessions, Sessions, 0, 0, 0), (run.Listed, run.Done, run.Mismatched, run.Pending, run.Failed));
        Assert.Equal(Sessions, Cluster.Store.ComparedRows);
        Assert.Equal(Sessions, Noise());
    }

    [Fact]
    public async Task A_change_on_legacy_in_a_verified_bucket_is_found()
    {
        await MigratedAndVerified();
        Spell(Planted, "planted");
        Assert.Equal(1, (await Verified()).Mismatched);
        Assert.Equal((SessionId(Planted), "user_id"), Assert.Single(await Cluster.Invalid()) is var e ? (e.SessionId, e.Field) : default);
        Assert.InRange(Cluster.Store.ComparedRows, Sessions + 1, 2 * Sessions - 1);
    }

    /// <summary>Past every commit: neither version nor commit id show it.</summary>
    [Fact]
    public async Task A_change_of_a_row_in_a_verified_bucket_is_found()
    {
        await MigratedAndVerified();
        var row = await Cluster.Row(SessionId(Planted));
        Cluster.Rows.Plant(row with { Document = SessionDocument.FromClient(row.Id, """{"status":"idle","user_id":"planted"}"""u8.ToArray()) });
        Assert.Equal(1, (await Verified()).Mismatched);
        Assert.All(await Cluster.Invalid(), e => Assert.Equal(SessionId(Planted), e.SessionId));
    }

    [Fact]
    public async Task A_bucket_in_which_something_differs_is_compared_again_until_nothing_does()
    {
        await MigratedAndVerified();
        Spell(Planted, "planted");
        Assert.Equal(1, (await Verified()).Mismatched);
        Assert.Equal(1, (await Verified()).Mismatched);
        Spell(Planted, $"u-{Planted}");
        Assert.Equal(0, (await Verified()).Mismatched);
        Assert.Empty(await Cluster.Invalid());
    }

    [Fact]
    public async Task A_session_that_is_gone_or_new_on_either_side_is_found_and_the_other_buckets_still_hold()
    {
        await MigratedAndVerified();
        Cluster.Legacy.Side.Remove(SessionId(0));
        Cluster.Legacy.Side.Seed("s-00700-new", """{"status":"idle"}""");
        Assert.Equal(2, (await Verified()).Mismatched);
        Assert.Equal([SessionId(0), "s-00700-new"], (await Cluster.Invalid()).Select(e => e.SessionId).Order());
        // Cut by counting, every bucket after the first would be another.
        Assert.InRange(Cluster.Store.ComparedRows, Sessions + 2, 2 * Sessions - 1);
    }

    [Fact]
    public async Task What_was_verified_in_another_generation_is_compared_again()
    {
        await MigratedAndVerified();
        await Cluster.Put(s => s with { Generation = s.Generation + 1 });
        await Verified();
        Assert.InRange(Cluster.Store.ComparedRows, 2 * Sessions, int.MaxValue);
    }
}
