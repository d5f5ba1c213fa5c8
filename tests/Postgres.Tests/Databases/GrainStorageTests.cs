using GaiaOrleans.Testbed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace GaiaOrleans.Postgres.Tests.Databases;

/// <summary>Orleans' own storage by our statements: what runs, webhooks, the checklist and the gates keep.</summary>
[Collection(OnPostgres.Name)]
public sealed class GrainStorageTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Name = "states";

    /// <summary>What Orleans' storage takes for a conflict is in no contract but its code.</summary>
    [Fact]
    public async Task Of_two_activations_one_stores_and_the_other_is_told()
    {
        using var host = await Start();
        var storage = host.Services.GetRequiredKeyedService<IGrainStorage>(Name);
        var (one, other) = (new GrainState<Count> { State = new() { N = 1 } }, new GrainState<Count> { State = new() { N = 2 } });
        await storage.WriteStateAsync(Name, Grain("first"), one);
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync(Name, Grain("first"), other));

        await storage.ReadStateAsync(Name, Grain("first"), other);
        Assert.Equal((1, one.ETag), (other.State.N, other.ETag));
        one.State = new() { N = 3 };
        await storage.WriteStateAsync(Name, Grain("first"), one);
        other.State = new() { N = 4 };
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync(Name, Grain("first"), other));
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.ClearStateAsync(Name, Grain("first"), other));
        await storage.ReadStateAsync(Name, Grain("first"), other);
        Assert.Equal((3, one.ETag), (other.State.N, other.ETag));
        await storage.ClearStateAsync(Name, Grain("first"), one);
        await storage.ReadStateAsync(Name, Grain("first"), other);
        Assert.Equal(0, other.State.N);
        await host.StopAsync();
    }

    private static GrainId Grain(string key) => GrainId.Create("counts", key);

    private async Task<IHost> Start()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(FreePort.Next(), FreePort.Next());
            silo.AddAdoNetGrainStorage(Name, o => (o.Invariant, o.ConnectionString) = ("Npgsql", database.ConnectionString));
        });
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    /// <summary>Something to keep.</summary>
    public sealed class Count
    {
        public int N { get; set; }
    }
}
