using System.Text.Json.Nodes;
using GaiaOrleans.Grains.Events;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Postgres.Tests.Databases;
using Npgsql;

namespace GaiaOrleans.Postgres.Tests.Events;

[Collection(OnPostgres.Name)]
public sealed class PostgresEventLogTests(TestDatabase database) : EventLogFacts, IClassFixture<TestDatabase>, IAsyncLifetime
{
    private const string Waiting =
        "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))";

    private RunningStore _running = null!;

    protected override IEventLog Log => _running.Events;

    protected override IRolloutStore Rollout => _running.Rollout;

    public async Task InitializeAsync() => _running = await RunningStore.Start(database.ConnectionString);

    public async Task DisposeAsync() => await _running.DisposeAsync();

    /// <summary>Its id was drawn first: without the order a reader that has seen the other one goes past it for ever.</summary>
    [Fact]
    public async Task An_event_that_commits_late_is_not_passed_over()
    {
        var seen = await Newest();
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var late = await connection.BeginTransactionAsync();
        await using (var insert = new NpgsqlCommand("""INSERT INTO rollout_events (kind, data) VALUES ('split', '{"n":1}')""", connection)) await insert.ExecuteNonQueryAsync();
        var second = Log.Append(EventDraft.Of(EventKinds.Split, new { N = 2 }), None);
        await Eventually.Is(true, async () => second.IsCompleted || await database.Scalar<bool>(Waiting));

        var read = new List<MigrationEvent>(await Log.After(seen, 100, None));
        await late.CommitAsync();
        await second;
        read.AddRange(await Log.After(read.Count > 0 ? read[^1].Id : seen, 100, None));
        Assert.Equal(["""{"n": 1}""", """{"n": 2}"""], read.Select(e => e.Data));
    }

    [Fact]
    public async Task A_reader_misses_nothing_that_many_write_at_once()
    {
        var (seen, read) = (await Newest(), new List<MigrationEvent>());
        var writers = Task.WhenAll(Enumerable.Range(0, 8).Select(async w =>
        {
            for (var i = 0; i < 50; i++) await Log.Append(EventDraft.Of(EventKinds.Run, new { w, i }), None);
        }));
        while (!writers.IsCompleted || (await Log.After(seen, 1, None)).Count > 0)
        {
            read.AddRange(await Log.After(seen, 7, None));
            seen = read.Count > 0 ? read[^1].Id : seen;
        }

        await writers;
        Assert.Equal(400, read.Select(e => e.Data).Distinct().Count());
    }

    [Fact]
    public async Task A_batch_of_conflicts_is_one_event_for_each_thing_that_happened()
    {
        var start = await Newest();
        var rows = Enumerable.Range(0, 30).Select(i => Some.Row($"c-{i:D2}") with { Log = [Some.Open("status")] }).ToList();
        await Task.WhenAll(rows.Select(r => _running.Sessions.Commit(Some.Commit(r), None).AsTask()));
        var decided = rows[0].Next() with { Log = [Some.Decided("status")] };
        await _running.Sessions.Commit(Some.Commit(decided, rows[0]), None);

        Assert.Equal(2, await _running.ConflictEvents.Fold(None));
        Assert.Equal(0, await _running.ConflictEvents.Fold(None));
        var told = (await Log.After(start, 100, None)).Select(e => JsonNode.Parse(e.Data)!).ToList();
        Assert.Equal([("opened", 30), ("resolved", 1)], told.Select(d => (d["action"]!.GetValue<string>(), d["count"]!.GetValue<int>())));
        Assert.Equal(10, told[0]["session_ids"]!.AsArray().Count);
        Assert.Equal("c-00", Assert.Single(told[1]["session_ids"]!.AsArray())!.GetValue<string>());
    }
}
