using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Cluster.Tests.Runs;

/// <summary>Which side a list comes from: the target only once a migrate run of this very generation has closed its ledger.</summary>
public sealed class SessionListTests : RunTestBase
{
    private Task<SessionPage> Page(string? cursor = null, int limit = 1_000, long skip = 0, bool ofLegacy = false) =>
        Cluster.Orleans.Client.GetGrain<ISessionListGrain>(0).Page(new(cursor, limit, Skip: skip, OfLegacy: ofLegacy));

    private async Task Migrate(bool dryRun = false)
    {
        await Cluster.Migrate.Start(new(DryRun: dryRun));
        await Ends(Cluster.Migrate, RunState.Completed);
    }

    [Theory]
    [InlineData(RolloutPhase.DualWrite)]
    [InlineData(RolloutPhase.GradualRollout)]
    [InlineData(RolloutPhase.Monitoring)]
    [InlineData(RolloutPhase.Cutover)]
    [InlineData(RolloutPhase.Deprecation)]
    public async Task Without_a_closed_ledger_it_shows_what_legacy_lacks_and_with_one_everything(RolloutPhase phase)
    {
        Seed(3);
        await Cluster.Put(s => s with { Phase = phase });
        await Cluster.Session(SessionId(0)).Adopt();
        Cluster.Legacy.Answer("s-new", Some.Refused, times: 100);
        await Cluster.Create("s-new", "{}");
        var before = await Page();
        Assert.Equal((false, "s-new"), (before.FromTarget, string.Join(',', before.Sessions.Select(s => s.Id))));

        await Migrate(dryRun: true);
        Assert.False((await Page()).FromTarget);
        await Migrate();
        var after = await Page();
        Assert.Equal((true, "s-00000,s-00001,s-00002,s-new"), (after.FromTarget, string.Join(',', after.Sessions.Select(s => s.Id))));

        var asked = await Page(ofLegacy: true);
        Assert.Equal((false, "s-new"), (asked.FromTarget, string.Join(',', asked.Sessions.Select(s => s.Id))));

        // It has changed nothing, and so taken nothing back.
        await Migrate(dryRun: true);
        Assert.True((await Page()).FromTarget);
        await Cluster.Put(s => s with { Generation = s.Generation + 1 });
        Assert.False((await Page()).FromTarget);
    }

    /// <summary>What was moved before stays moved while another run goes over it.</summary>
    [Fact]
    public async Task A_further_run_takes_nothing_back_until_it_has_ended()
    {
        Seed(2);
        await Migrate();
        var hold = Cluster.Legacy.HoldLists();
        await Cluster.Migrate.Start(new());
        await Eventually.Comes(hold.Arrived, "the run");
        Assert.True((await Page()).FromTarget);
        await Cluster.Migrate.Cancel();
        Assert.True((await Page()).FromTarget);
        Cluster.Legacy.Heal();
        Cluster.Legacy.Side.Seed(SessionId(5), "{ no JSON");
        await Migrate();
        Assert.False((await Page()).FromTarget);
    }

    /// <summary>Chaos, seed 2301: what was deleted on GAIA_HOME while dual-write was off is in no list of it, and the migration since does not come across it.</summary>
    [Fact]
    public async Task What_was_deleted_there_meanwhile_is_not_listed_whatever_the_page()
    {
        Seed(5);
        await Migrate();
        await Cluster.Put(s => s with { Generation = s.Generation + 1 });
        foreach (var i in (int[])[0, 2, 4]) Cluster.Legacy.Side.Remove(SessionId(i));
        await Migrate();
        Assert.Equal((true, $"{SessionId(1)},{SessionId(3)}", null), Shown(await Page()));
        Assert.Equal((true, SessionId(1), SessionId(1)), Shown(await Page(limit: 1)));
        Assert.Equal((true, SessionId(3), null), Shown(await Page(SessionId(1), limit: 1)));
        Assert.Equal((true, SessionId(3), null), Shown(await Page(skip: 1)));
        Assert.Equal((true, "", null), Shown(await Page(skip: 2)));

        static (bool, string, string?) Shown(SessionPage page) => (page.FromTarget, string.Join(',', page.Sessions.Select(s => s.Id)), page.Next);
    }

    [Fact]
    public async Task A_ledger_with_failures_is_not_closed()
    {
        Seed(2);
        Cluster.Legacy.Side.Seed(SessionId(5), "{ no JSON");
        await Cluster.Put(s => s with { Phase = RolloutPhase.Cutover });
        await Migrate();
        Assert.False((await Page()).FromTarget);
    }

    /// <summary>Chaos, seed 201: GAIA_HOME was asked for a session of which it lacked an acknowledged change, because another was on its way.</summary>
    [Fact]
    public async Task Legacy_has_a_word_on_a_change_that_is_on_its_way_only_where_it_has_everything_before_it()
    {
        Seed(2);
        await Migrate();
        Cluster.Legacy.Answer(SessionId(0), Some.Refused);
        await Cluster.Merge(SessionId(0), """{"status":"busy"}""");
        await Cluster.Put(s => s with { DualWrite = s.DualWrite with { Mode = DualWriteMode.PythonLeads } });
        foreach (var id in (string[])[SessionId(0), SessionId(1)])
        {
            Cluster.Legacy.Answer(id, Some.Lost, applied: false);
            await Assert.ThrowsAsync<OutcomeUnknownException>(() => Cluster.Merge(id, """{"status":"paused"}"""));
        }

        Assert.Equal([(SessionId(0), false), (SessionId(1), true)], (await Page()).Sessions.Select(s => (s.Id, s.Intended)));
    }

    [Fact]
    public async Task Once_the_migration_is_complete_there_is_no_other_side()
    {
        await Cluster.Put(s => s with { Phase = RolloutPhase.Completed });
        Assert.True((await Page()).FromTarget);
    }

    [Fact]
    public async Task Where_a_new_session_names_its_id_is_legacys_word_as_long_as_there_is_a_legacy()
    {
        Cluster.Legacy.IdField = "session_name";
        Assert.Equal("session_name", await Ask());
        Cluster.Legacy.Down = true;
        await Assert.ThrowsAsync<LegacyUnavailableException>(Ask);
        await Cluster.Put(s => s with { Phase = RolloutPhase.Completed });
        Assert.Equal("id", await Ask());

        Task<string> Ask() => Cluster.Orleans.Client.GetGrain<ISessionListGrain>(0).IdMember();
    }

    /// <summary>The list that legacy gives would show the others as they were before changes that were acknowledged, and nobody could tell.</summary>
    [Fact]
    public async Task More_than_can_be_put_into_legacys_list_are_no_list()
    {
        await Migrated(1);
        await Cluster.Put(s => s with { Generation = s.Generation + 1 });
        var row = await Cluster.Row(SessionId(0)) is var stored ? stored with { Version = stored.Version + 1 } : null!;
        Cluster.Store.OnListBehind = limit => [.. Enumerable.Repeat(row, limit - 1)];
        Assert.Equal((false, 100_000), await Page() is var whole ? (whole.FromTarget, whole.Sessions.Length) : default);
        Cluster.Store.OnListBehind = limit => [.. Enumerable.Repeat(row, limit)];
        await Assert.ThrowsAsync<LeadUnavailableException>(() => Page());
    }
}
