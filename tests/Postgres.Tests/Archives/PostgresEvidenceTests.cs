using System.Text.Json.Nodes;
using GaiaOrleans.Contracts.Archives;
using GaiaOrleans.Grains.Archives;
using GaiaOrleans.Grains.Events;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Postgres.Tests.Databases;
using GaiaOrleans.Silo.Postgres.Archives;
using Npgsql;

namespace GaiaOrleans.Postgres.Tests.Archives;

[Collection(OnPostgres.Name)]
public sealed class PostgresEvidenceTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Everything_that_proves_something_is_in_it_on_a_line_of_its_own()
    {
        await using var store = await RunningStore.Start(database.ConnectionString);
        var step = Some.Step((await store.Rollout.Read(None)).State, s => s with { GoPercentage = 10 }, reason: "line\nfeed ☃");
        await store.Rollout.Change(step.Next, step.Entry, None);
        await store.Sessions.Commit(Some.Commit(Some.Row("s-1") with { Log = [Some.Open("status")] }), None);
        await store.Sessions.KeepVerified(Guid.NewGuid(), [new("s-1", "status", "exact", "\"a\"", "\"b\"", 1, ValidationError.Verify)], [], None);
        await database.Execute("INSERT INTO run_ledger (kind, run_id, session_id, outcome, at) VALUES ('migrate', 'r', 's-2', 'failed', now())");
        await store.Events.Append(EventDraft.Of(EventKinds.Guard, new { Verdict = "investigate" }), None);
        await database.Execute("INSERT INTO rollout_minutes (minute, silos) VALUES (date_trunc('minute', now()), 1)");

        var entries = await new PostgresEvidence(store.Database).Read(None).ToListAsync();
        Assert.All(entries, e => Assert.DoesNotContain('\n', e.Data));
        Assert.Equal("line\nfeed ☃", One(entries, "history")["reason"]!.GetValue<string>());
        Assert.Equal("s-2", One(entries, "ledger")["session_id"]!.GetValue<string>());
        Assert.Equal("exact", One(entries, "mismatch")["rule"]!.GetValue<string>());
        Assert.Equal("status", One(entries, "conflict")["field"]!.GetValue<string>());
        Assert.Equal(1, One(entries, "window")["silos"]!.GetValue<int>());
        Assert.Equal(["split", "guard"], entries.Where(e => e.Kind == "event").Select(e => JsonNode.Parse(e.Data)!["kind"]!.GetValue<string>()));

        var (written, read) = (new EvidenceChain(), new EvidenceChain());
        Assert.Null(read.Take(written.Add(EvidenceChain.Header, "{}")));
        foreach (var entry in entries) Assert.Null(read.Take(written.Add(entry.Kind, entry.Data)));
        Assert.Null(read.Take(written.AddEnd()));
        Assert.True(read.Ended);
    }

    /// <summary>What ends the transaction of a silo that stands still must not end the download of somebody who is slow.</summary>
    [Fact]
    public async Task A_reader_may_take_its_time()
    {
        var impatient = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Options = "-c idle_in_transaction_session_timeout=1000", ApplicationName = "slow reader", Pooling = false };
        await using var source = NpgsqlDataSource.Create(impatient.ConnectionString);
        await database.Execute("INSERT INTO rollout_minutes (minute, silos) VALUES (date_trunc('minute', now()) - interval '1 day', 1)");
        var kinds = new List<string>();
        await foreach (var entry in new PostgresEvidence(source).Read(None))
        {
            if (kinds.Count == 0)
                await Eventually.Is(true, () => database.Scalar<bool>("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'slow reader' AND state = 'idle in transaction' AND now() - state_change > interval '2 seconds')"));
            kinds.Add(entry.Kind);
        }

        Assert.Contains("window", kinds);
        await database.Execute("DELETE FROM rollout_minutes");
    }

    private static JsonNode One(List<EvidenceEntry> entries, string kind) => JsonNode.Parse(Assert.Single(entries, e => e.Kind == kind).Data)!;
}
