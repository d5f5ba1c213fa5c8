using GaiaOrleans.Cluster.Tests.Clusters;
using GaiaOrleans.Contracts.Runs;

namespace GaiaOrleans.Cluster.Tests.Runs;

/// <summary>A cluster per test: a run looks at everything there is.</summary>
public abstract class RunTestBase : IAsyncLifetime
{
    protected GaiaCluster Cluster { get; } = new();

    public async Task InitializeAsync()
    {
        await Cluster.InitializeAsync();
        await Cluster.DualWrite();
    }

    public Task DisposeAsync() => Cluster.DisposeAsync();

    protected void Seed(int count)
    {
        for (var i = 0; i < count; i++) Cluster.Legacy.Side.Seed(SessionId(i), $$"""{"id":"{{SessionId(i)}}","status":"SessionStatus.IDLE","user_id":"u-{{i}}","current_task_count":{{i}}}""");
    }

    protected async Task Migrated(int count)
    {
        Seed(count);
        await Cluster.Migrate.Start(new());
        await Ends(Cluster.Migrate, RunState.Completed);
    }

    protected static string SessionId(int i) => $"s-{i:D5}";

    protected static async Task<RunStatus> Ends(IRunGrain run, RunState state)
    {
        await Eventually.Holds(async () => (await run.Status()).State == state, $"the run is {state}");
        return await run.Status();
    }

    protected static async Task Moves(IRunGrain run) =>
        await Eventually.Holds(async () => (await run.Status()).Done > 0, "the run has done a page");
}
