using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Postgres.Tests.Databases;

namespace GaiaOrleans.Postgres.Tests.Rollouts;

[Collection(OnPostgres.Name)]
public sealed class PostgresRolloutStoreTests(TestDatabase database) : RolloutStoreFacts, IClassFixture<TestDatabase>, IAsyncLifetime
{
    private const int Active = 3;
    private const int Dead = 6;
    private RunningStore _running = null!;

    protected override IRolloutStore Store => _running.Rollout;

    public async Task InitializeAsync() => _running = await RunningStore.Start(database.ConnectionString);

    public async Task DisposeAsync() => await _running.DisposeAsync();

    [Fact]
    public async Task A_reading_says_what_the_databases_clock_shows()
    {
        var first = (await Store.Read(CancellationToken.None)).At;
        Assert.InRange(TimeProvider.System.GetUtcNow() - first, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.True((await Store.Read(CancellationToken.None)).At > first);
    }

    [Fact]
    public async Task Only_a_silo_whose_own_membership_row_is_active_is()
    {
        Assert.False(await SiloActive());
        await Membership(OneSilo.Cluster, OneSilo.Address.Generation, Active);
        Assert.True(await SiloActive());
        await Membership(OneSilo.Cluster, OneSilo.Address.Generation, Dead);
        Assert.False(await SiloActive());
        await Membership(OneSilo.Cluster, OneSilo.Address.Generation + 1, Active);
        await Membership("another cluster", OneSilo.Address.Generation, Active);
        Assert.False(await SiloActive());

        async Task<bool> SiloActive() => (await Store.Read(CancellationToken.None)).SiloActive;
    }

    /// <summary>With millions of sessions it takes longer than a query may, and it must end once begun: until then repair sends under the old terms.</summary>
    [Fact]
    public async Task An_incarnation_takes_as_long_as_it_takes()
    {
        await using var impatient = await RunningStore.Start(new Npgsql.NpgsqlConnectionStringBuilder(database.ConnectionString) { CommandTimeout = 1 }.ConnectionString);
        var before = (await State()).Incarnation;
        Task<Contracts.Rollouts.RolloutState> beginning;
        await using (var blockade = await Blockade.Raise(database))
        {
            beginning = impatient.Rollout.BeginIncarnation(before, new("tester", "a gateway went on alone"), CancellationToken.None);
            var waiting = await blockade.UntilSomebodyWaits();
            await Eventually.Is(true, () => database.Scalar<bool>($"SELECT now() - query_start > interval '2 seconds' FROM pg_stat_activity WHERE pid = {waiting}"));
        }

        Assert.Equal(before + 1, (await beginning).Incarnation);
        var again = await impatient.Rollout.BeginIncarnation(before, new("tester", "it took long, and somebody asked again"), CancellationToken.None);
        Assert.Equal((await beginning).Epoch, again.Epoch);
    }

    /// <summary>Whatever was looked at before: behind the lock nothing can come between this look and the change.</summary>
    [Theory]
    [InlineData("legacy_version = 0")]
    [InlineData("late_until = now() + interval '1 minute'")]
    [InlineData("intent = '{}'")]
    public async Task Dual_write_is_not_turned_off_while_legacy_lacks_anything(string lacking)
    {
        await database.Execute("INSERT INTO session_records (id, version, legacy_version, generation, recent_sends, attempts, commit_id) VALUES ('lacking', 1, 1, 1, '[]', 0, gen_random_uuid())");
        await database.Execute($"UPDATE session_records SET {lacking} WHERE id = 'lacking'");
        var on = Some.Step(await State(), s => s with { Phase = Contracts.Rollouts.RolloutPhase.DualWrite, GoPercentage = 0, DualWrite = s.DualWrite with { Enabled = true, Closing = false } });
        await Store.Change(on.Next, on.Entry, CancellationToken.None);
        var state = await State();
        var off = Some.Step(state, s => s with { DualWrite = s.DualWrite with { Enabled = false, Closing = true } });
        Assert.Equal(1, (await Assert.ThrowsAsync<Contracts.Rollouts.PendingWritesException>(() => Store.Change(off.Next, off.Entry, CancellationToken.None))).Pending);
        Assert.Equal(state, await State());
        await database.Execute("DELETE FROM session_records");
        await Store.Change(off.Next, off.Entry, CancellationToken.None);
        Assert.Equal(off.Next, await State());
    }

    /// <summary>What somebody wrote into a note is in the verdict that rests on it.</summary>
    [Theory]
    [InlineData("it ends in \\u0000", "it ends in \\u0000")]
    [InlineData("it ends in \0", "it ends in ")]
    public async Task A_verdict_may_hold_any_text(string evidence, string kept)
    {
        var step = Some.Step(await State(), s => s);
        var verdict = new Contracts.Gates.GateVerdict("quorum", Contracts.Gates.GateStatus.Pass, "3", "3", Evidence: evidence);
        await Store.Change(step.Next, step.Entry with { Verdicts = [verdict] }, CancellationToken.None);
        Assert.Equal(kept, Assert.Single((await Store.History(1, CancellationToken.None))[0].Verdicts!).Evidence);
    }

    [Fact]
    public async Task Each_change_leaves_one_event_and_a_refused_one_none()
    {
        var before = await Events();
        var step = Some.Step(await State(), s => s, reason: "\"quoted\" ☃");
        await Store.Change(step.Next, step.Entry, CancellationToken.None);
        await Assert.ThrowsAsync<Contracts.Rollouts.EpochMismatchException>(() => Store.Change(step.Next, step.Entry, CancellationToken.None));
        Assert.Equal(before + 1, await Events());

        Task<long> Events() => database.Scalar<long>("SELECT count(*) FROM rollout_events");
    }

    [Fact]
    public async Task A_change_that_cannot_be_stored_changes_nothing()
    {
        var state = await State();
        var step = Some.Step(state, s => s with { GoPercentage = 101 });
        await Assert.ThrowsAsync<StorageUnavailableException>(() => Store.Change(step.Next, step.Entry, CancellationToken.None));
        Assert.Equal(state, await State());
    }

    [Fact]
    public async Task A_change_whose_commit_was_cut_is_not_known_to_have_changed_nothing()
    {
        await database.Execute("""
            CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER die AFTER UPDATE ON rollout_state DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die();
            """);
        try
        {
            var step = Some.Step(await State(), s => s);
            await Assert.ThrowsAsync<ChangeUnknownException>(() => Store.Change(step.Next, step.Entry, CancellationToken.None));
        }
        finally
        {
            await database.Execute("DROP TRIGGER die ON rollout_state; DROP FUNCTION die()");
        }
    }

    private Task Membership(string cluster, int generation, int status) => database.Execute($"""
        INSERT INTO orleansmembershipversiontable (deploymentid) VALUES ('{cluster}') ON CONFLICT DO NOTHING;
        INSERT INTO orleansmembershiptable (deploymentid, address, port, generation, siloname, hostname, status, proxyport, starttime, iamalivetime)
        VALUES ('{cluster}', '127.0.0.1', {OneSilo.Address.Endpoint.Port}, {generation}, 'silo-1', 'localhost', {status}, 0, now(), now())
        ON CONFLICT (deploymentid, address, port, generation) DO UPDATE SET status = EXCLUDED.status
        """);
}
