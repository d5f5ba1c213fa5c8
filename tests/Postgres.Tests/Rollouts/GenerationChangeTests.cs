using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Postgres.Tests.Databases;

namespace GaiaOrleans.Postgres.Tests.Rollouts;

/// <summary>A commit is either before a change of the generation or refused by it; there is nothing between.</summary>
[Collection(OnPostgres.Name)]
public sealed class GenerationChangeTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const int Changes = 25;
    private const int Writers = 64;

    // Counts, inside the transaction of the change itself, the rows committed before it.
    private const string Census = """
        CREATE TABLE census (generation bigint, seen bigint);
        GRANT INSERT ON census TO PUBLIC;
        CREATE FUNCTION take_census() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO census SELECT OLD.generation, count(*) FROM session_records WHERE generation = OLD.generation;
                RETURN NEW;
            END $$;
        CREATE TRIGGER census BEFORE UPDATE ON rollout_state FOR EACH ROW WHEN (OLD.generation <> NEW.generation) EXECUTE FUNCTION take_census();
        """;

    private const string LateRows = """
        SELECT coalesce(sum(abs(c.seen - (SELECT count(*) FROM session_records r WHERE r.generation = c.generation))), 0)::bigint FROM census c
        """;

    [Fact]
    public async Task No_row_is_committed_under_a_generation_after_it_has_changed()
    {
        await database.Execute(Census);
        await using var first = await RunningStore.Start(database.ConnectionString);
        await using var second = await RunningStore.Start(database.ConnectionString);
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, Writers).Select(i => Write(i, i % 2 == 0 ? first : second, first, stop.Token)).ToList();

        await SomeRows(generation: 1);
        for (var change = 0; change < Changes; change++)
        {
            var state = (await first.Rollout.Read(CancellationToken.None)).State;
            var step = Some.Step(state, s => s with { Generation = s.Generation + 1 });
            await first.Rollout.Change(step.Next, step.Entry, CancellationToken.None);
            await SomeRows(step.Next.Generation);
        }

        await stop.CancelAsync();
        var results = (await Task.WhenAll(writers)).SelectMany(r => r).ToLookup(r => r);
        Assert.Equal(results[CommitResult.Committed].Count(), await database.Scalar<long>("SELECT count(*) FROM session_records"));
        Assert.Equal(Changes, await database.Scalar<long>("SELECT count(*) FROM census WHERE seen > 0"));
        Assert.NotEmpty(results[CommitResult.TermsChanged]);
        Assert.Empty(results[CommitResult.Conflict]);
        Assert.Equal(0, await database.Scalar<long>(LateRows));
    }

    private Task SomeRows(long generation) =>
        Eventually.Is(true, () => database.Scalar<bool>($"SELECT EXISTS (SELECT 1 FROM session_records WHERE generation = {generation})"));

    /// <summary>New rows under what it believes the generation to be, until it is told otherwise.</summary>
    private static async Task<List<CommitResult>> Write(int writer, RunningStore store, RunningStore asked, CancellationToken stop)
    {
        var results = new List<CommitResult>();
        var generation = 1L;
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var row = Some.Row($"w-{writer}-{i}") with { Generation = generation };
            var result = await store.Sessions.Commit(Some.Commit(row) with { Generation = generation }, CancellationToken.None);
            results.Add(result);
            if (result == CommitResult.TermsChanged) generation = (await asked.Rollout.Read(CancellationToken.None)).State.Generation;
        }

        return results;
    }
}
