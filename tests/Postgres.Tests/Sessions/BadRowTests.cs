using System.Text;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Postgres.Tests.Databases;

namespace GaiaOrleans.Postgres.Tests.Sessions;

/// <summary>What PostgreSQL or the driver refuses costs its own session a refusal, and nobody else anything.</summary>
[Collection(OnPostgres.Name)]
public sealed class BadRowTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private RunningStore _store = null!;

    private static CancellationToken None => CancellationToken.None;

    public static TheoryData<string> Documents => new()
    {
        """{"session_name":"nul \u0000"}""",
        """{"metadata":{"a":"nul \u0000"}}""",
        """{"metadata":{"a":1e400000}}""",
        """{"unknown":"nul \u0000"}""",
        """{"unknown":[1e-400000]}""",
        """{"session_name":"half \ud800"}""",
        """{"metadata":{"a":"half \udc00"}}""",
        """{"unknown":"half \ud800"}""",
        """{"half \ud800":1}""",
        """{"not json": """,
    };

    public async Task InitializeAsync()
    {
        await database.Empty();
        _store = await RunningStore.Start(database.ConnectionString);
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task A_document_that_cannot_be_stored_fails_alone(string json)
    {
        // Straight from bytes: reading it properly may refuse it, and that is somebody else's part.
        var document = SessionDocument.FromCanonical(Encoding.UTF8.GetBytes(json));
        await FailsAlone(Some.Row("s-050") with { Document = document });
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Among_first_rows_it_is_refused_with_all_of_them(string json)
    {
        var bad = Some.Row("s-2") with { Document = SessionDocument.FromCanonical(Encoding.UTF8.GetBytes(json)) };
        await Assert.ThrowsAsync<InvalidInputException>(() => _store.Sessions.Add([Some.Row("s-1"), bad, Some.Row("s-3")], 1, 1, None));
        Assert.Empty(await _store.Sessions.Known(["s-1", "s-2", "s-3"], None));
    }

    [Fact]
    public async Task An_intent_that_could_not_become_the_state_fails_alone()
    {
        var document = SessionDocument.FromCanonical("""{"session_name":"nul \u0000"}"""u8.ToArray());
        await FailsAlone(Some.Row("s-050") with { Intent = new(document, 200, null, null, Some.Now), PendingSince = Some.Now });
    }

    [Fact]
    public Task An_owner_with_half_a_character_fails_alone() => FailsAlone(Some.Row("s-050") with { LeaseOwner = "half \ud800" });

    [Fact]
    public Task A_key_that_is_too_long_fails_alone()
    {
        var random = new Random(1);
        return FailsAlone(Some.Row("s-050"), Some.Key(string.Concat(Enumerable.Range(0, 9000).Select(_ => (char)random.Next(' ', 0xD000)))));
    }

    [Fact]
    public async Task An_acknowledgement_that_cannot_be_stored_costs_no_commit_and_no_other_acknowledgement()
    {
        var good = Some.Row("good").Pending();
        var bad = Some.Row("bad").Pending();
        await _store.Sessions.Commit(Some.Commit(good), None);
        await _store.Sessions.Commit(Some.Commit(bad), None);
        await using (var blockade = await Blockade.Raise(database))
        {
            var first = _store.Sessions.Commit(Some.Commit(Some.Row("first")), None);
            await blockade.UntilSomebodyWaits();
            _store.Sessions.Acknowledge(bad with { LegacyHash = "nul \0" });
            _store.Sessions.Acknowledge(good with { LegacyVersion = 1 });
        }

        Assert.Equal(CommitResult.Committed, await _store.Sessions.Commit(Some.Commit(Some.Row("s-1")), None));
        await Eventually.Is(1L, async () => (await _store.Sessions.Load("good", None)).Row.LegacyVersion);
    }

    [Fact]
    public async Task Loading_an_impossible_id_fails_alone()
    {
        await _store.Sessions.Commit(Some.Commit(Some.Row("s-1")), None);
        string[] ids = ["nul \0", "half \ud800", "s-1", "nobody"];
        var loads = Enumerable.Range(0, 200).Select(i => _store.Sessions.Load(ids[i % 4], None).AsTask()).ToList();
        await Task.WhenAll(loads);
        Assert.All(loads.Select((l, i) => (l, i)), x => Assert.Equal(x.i % 4 == 2 ? 1 : 0, x.l.Result.Row.Version));
    }

    /// <summary>Written by a newer build: those that are loaded at the same time are not at fault.</summary>
    [Fact]
    public async Task A_row_that_cannot_be_read_fails_alone()
    {
        for (var i = 0; i < 20; i++) await _store.Sessions.Commit(Some.Commit(Some.Row($"s-{i}")), None);
        await database.Execute("UPDATE session_records SET sent = '\\x09' WHERE id = 's-7'");
        var loads = Enumerable.Range(0, 200).Select(i => _store.Sessions.Load($"s-{i % 20}", None).AsTask()).ToList();
        await Task.WhenAny(Task.WhenAll(loads)).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.All(loads.Where((_, i) => i % 20 != 7), l => Assert.Equal(1, l.Result.Row.Version));
        Assert.All(loads.Where((_, i) => i % 20 == 7), l => Assert.IsType<StorageUnavailableException>(l.Exception?.InnerException));
    }

    [Fact]
    public async Task An_error_with_impossible_text_is_kept_without_it()
    {
        _store.Sessions.Report(new("s-1", "python", "send", "nul \0", "half \ud800 and \udc00, nul \0, whole 𝄞", 1, 1));
        _store.Sessions.Report(new("s-2", "python", "send", "code", "fine", 1, 1));
        await Eventually.Is(2L, () => database.Scalar<long>("SELECT count(*) FROM migration_errors"));
        Assert.Contains("𝄞", await database.Scalar<string>("SELECT message FROM migration_errors WHERE session_id = 's-1'"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_that_could_not_be_stored_are_stored_later_without_another_one()
    {
        await database.Execute("ALTER TABLE migration_errors RENAME TO elsewhere");
        var before = await RolledBack();
        _store.Sessions.Report(new("s-1", "python", "send", "code", "first", 1, 1));
        await Eventually.Is(true, async () => await RolledBack() > before);
        await database.Execute("ALTER TABLE elsewhere RENAME TO migration_errors");
        await Eventually.Is(1L, () => database.Scalar<long>("SELECT count(*) FROM migration_errors"));

        Task<long> RolledBack() => database.Scalar<long>("SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()");
    }

    [Fact]
    public async Task Errors_reported_just_before_the_end_are_stored()
    {
        for (var i = 0; i < 2000; i++) _store.Sessions.Report(new($"s-{i}", "python", "send", "code", "last", 1, 1));
        await _store.Stop();
        Assert.Equal(2000, await database.Scalar<long>("SELECT count(*) FROM migration_errors"));
    }

    private async Task FailsAlone(SessionRow bad, KeyedOutcome? key = null)
    {
        var good = new List<Task<CommitResult>>();
        Task<CommitResult> refused;
        await using (var blockade = await Blockade.Raise(database))
        {
            good.Add(_store.Sessions.Commit(Some.Commit(Some.Row("first")), None).AsTask());
            await blockade.UntilSomebodyWaits();
            for (var i = 0; i < 100; i++) good.Add(_store.Sessions.Commit(Some.Commit(Some.Row($"s-{i:000}-good")), None).AsTask());
            refused = Commit(bad, key);
        }

        await Assert.ThrowsAsync<InvalidInputException>(() => refused.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.All(await Task.WhenAll(good).WaitAsync(TimeSpan.FromSeconds(30)), r => Assert.Equal(CommitResult.Committed, r));
        Assert.Equal(101, await database.Scalar<long>("SELECT count(*) FROM session_records"));
        Assert.Equal(0, await database.Scalar<long>("SELECT count(*) FROM session_keys"));
        Assert.Equal(CommitResult.Committed, await _store.Sessions.Commit(Some.Commit(Some.Row(bad.Id)), None));
    }

    private async Task<CommitResult> Commit(SessionRow row, KeyedOutcome? key) => await _store.Sessions.Commit(Some.Commit(row, key: key), None);
}
