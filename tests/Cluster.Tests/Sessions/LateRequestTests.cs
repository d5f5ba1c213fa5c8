using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Cluster.Tests.Sessions;

/// <summary>
/// Chaos, seed 207: GAIA_HOME stood still for longer than anybody waits, and then carried out what it had been asked for before, after what it was asked for later.
/// </summary>
public sealed class LateRequestTests(GaiaCluster cluster) : SessionTestBase(cluster)
{
    [Fact]
    public async Task As_long_as_one_may_come_the_target_serves_the_session_and_then_it_is_sent_over()
    {
        var late = await LostThenDelivered();
        Assert.True((await Cluster.Session(Id).Read()).Pending);
        Cluster.Legacy.Side.Seed(Id, late);
        await Due();
        var snapshot = await Cluster.Session(Id).Adopt();
        Assert.Equal(("\"busy\"", false, false), (Some.Field(snapshot.Body, "status"), snapshot.Pending, snapshot.NeedsAdoption));
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
        Assert.False((await Cluster.Session(Id).Read()).NeedsAdoption);
    }

    [Fact]
    public async Task What_legacy_has_answered_does_not_come_late()
    {
        await Cluster.Create(Id, """{"status":"idle"}""");
        Cluster.Legacy.Answer(Id, new LegacyAnswer.Unknown(LegacyTrouble.ServerError, "PUT answered 500"), applied: true);
        await Cluster.Merge(Id, """{"status":"busy"}""");
        Assert.True(await Cluster.Session(Id).Repair());
        var read = await Cluster.Session(Id).Read();
        Assert.Equal((false, false), (read.Pending, read.NeedsAdoption));
    }

    [Fact]
    public async Task Where_none_came_nothing_is_sent()
    {
        await LostThenDelivered();
        var sent = Cluster.Legacy.Sent(Id).Count;
        await Due();
        Assert.Equal(2, (await Cluster.Session(Id).Adopt()).Version);
        Assert.Equal(sent, Cluster.Legacy.Sent(Id).Count);
        var read = await Cluster.Session(Id).Read();
        Assert.Equal((false, false), (read.Pending, read.NeedsAdoption));
    }

    [Fact]
    public async Task A_legacy_that_is_gone_keeps_nobody_from_reading()
    {
        await LostThenDelivered();
        await Due();
        Cluster.Legacy.Down = true;
        try
        {
            var snapshot = await Cluster.Session(Id).Adopt();
            Assert.Equal(("\"busy\"", true, false), (Some.Field(snapshot.Body, "status"), snapshot.Pending, snapshot.NeedsAdoption));
        }
        finally
        {
            Cluster.Legacy.Down = false;
        }
    }

    [Fact]
    public async Task A_store_that_is_gone_keeps_nobody_from_reading_either_and_it_is_sent_over_later()
    {
        var late = await LostThenDelivered();
        Cluster.Legacy.Side.Seed(Id, late);
        await Due();
        var down = true;
        Cluster.Store.Fail(Id, () => down ? new StorageUnavailableException("gone") : null);
        Assert.Equal(("\"busy\"", true), await Cluster.Session(Id).Adopt() is var shown ? (Some.Field(shown.Body, "status"), shown.Pending) : default);
        down = false;
        await Due();
        await Cluster.Session(Id).Adopt();
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
    }

    [Fact]
    public async Task What_somebody_else_wrote_there_meanwhile_is_not_overwritten()
    {
        Cluster.Legacy.OthersWrite = true;
        try
        {
            await LostThenDelivered();
            Cluster.Legacy.Side.Seed(Id, """{"status":"paused","user_id":"theirs"}""");
            await Due();
            await Cluster.Session(Id).Adopt();
            Assert.Equal("\"paused\"", (await Cluster.Both(Id)).Python);
        }
        finally
        {
            Cluster.Legacy.OthersWrite = false;
        }
    }

    /// <summary>A change that legacy did not answer and that was sent again.</summary>
    /// <returns>What legacy had before it.</returns>
    private async Task<string> LostThenDelivered()
    {
        await Cluster.Create(Id, """{"status":"idle"}""");
        var before = Cluster.Legacy.Side.Peek(Id)!;
        Cluster.Legacy.Answer(Id, Some.Lost, applied: false);
        Assert.Equal(DualWriteOutcome.Partial, (await Cluster.Merge(Id, """{"status":"busy"}""")).DualWrite);
        Assert.True(await Cluster.Session(Id).Repair());
        Assert.Equal(("\"busy\"", "\"busy\""), await Cluster.Both(Id));
        return before;
    }

    private Task Due() => Eventually.Holds(async () => (await Cluster.Session(Id).Read()).NeedsAdoption, "legacy is to be looked at");
}
