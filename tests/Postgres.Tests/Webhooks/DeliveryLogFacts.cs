using GaiaOrleans.Grains.Webhooks;
using GaiaOrleans.Postgres.Tests.Databases;
using GaiaOrleans.Silo.Postgres.Webhooks;

namespace GaiaOrleans.Postgres.Tests.Webhooks;

/// <summary>What every log of deliveries must do.</summary>
public abstract class DeliveryLogFacts
{
    protected abstract IDeliveryLog Log { get; }

    [Fact]
    public async Task Attempts_are_read_back_whole_and_newest_first()
    {
        var failed = new WebhookDelivery(0, Some.Now, "w-1", 7, "split", 1, false, null, "nobody answers", 12.5);
        var accepted = failed with { Attempt = 2, Delivered = true, Status = 204, Reason = null };
        await Log.Keep(failed, CancellationToken.None);
        await Log.Keep(accepted, CancellationToken.None);
        var kept = await Log.Newest(2, CancellationToken.None);
        Assert.Equal([accepted, failed], kept.Select(d => d with { Id = 0 }));
        Assert.True(kept[0].Id > kept[1].Id);
        Assert.Equal(kept.Take(1), await Log.Newest(1, CancellationToken.None));
    }
}

public sealed class InMemoryDeliveryLogTests : DeliveryLogFacts
{
    protected override IDeliveryLog Log { get; } = new InMemoryDeliveryLog();
}

[Collection(OnPostgres.Name)]
public sealed class PostgresDeliveryLogTests(TestDatabase database) : DeliveryLogFacts, IClassFixture<TestDatabase>, IAsyncLifetime
{
    private RunningStore _running = null!;

    protected override IDeliveryLog Log => new PostgresDeliveryLog(_running.Database);

    public async Task InitializeAsync() => _running = await RunningStore.Start(database.ConnectionString);

    public async Task DisposeAsync() => await _running.DisposeAsync();

    [Fact]
    public async Task Old_attempts_and_old_events_are_swept()
    {
        await Log.Keep(new(0, Some.Now.AddDays(-31), "w-old", 7, "split", 1, true, 200, null, 1), CancellationToken.None);
        await Log.Keep(new(0, Some.Now.AddDays(-29), "w-new", 7, "split", 1, true, 200, null, 1), CancellationToken.None);
        await database.Execute("""INSERT INTO rollout_events (at, kind, data) VALUES (now() - interval '366 days', 'run', '{"old": true}'), (now() - interval '364 days', 'run', '{"old": false}')""");
        Assert.True(await _running.Retention.Sweep(CancellationToken.None));
        Assert.Equal(["w-new"], await database.Lines("SELECT webhook_id FROM webhook_deliveries WHERE webhook_id IN ('w-old', 'w-new')"));
        Assert.Equal(["""{"old": false}"""], await database.Lines("SELECT data::text FROM rollout_events WHERE data ? 'old'"));
    }
}
