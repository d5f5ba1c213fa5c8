using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Silo.Cluster;
using GaiaOrleans.Silo.Sessions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orleans.TestingHost;

namespace GaiaOrleans.Silo.Tests.Sessions;

/// <summary>Three silos that ask each other, and sessions that some of them have.</summary>
public sealed class SessionReleaseTests : IAsyncLifetime
{
    private readonly InProcessTestCluster _cluster;
    private readonly FakeTimeProvider _time = new();

    public SessionReleaseTests()
    {
        var builder = new InProcessTestClusterBuilder(3);
        builder.ConfigureHost(host => host.Logging.SetMinimumLevel(LogLevel.Warning));
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddGrainService<LeaseWitness>();
            silo.Services.AddSingleton(TimeProvider.System).AddSingleton<IRolloutStore>(s => new InMemoryRolloutStore(s.GetRequiredService<TimeProvider>())).AddSingleton(Options.Create(new RolloutOptions()));
            silo.Services.AddSingleton<SiloLease>().AddSingleton<PresentSessions>().AddSingleton<LeaseWitnesses>();
        });
        _cluster = builder.Build();
    }

    public Task InitializeAsync() => _cluster.DeployAsync();

    public async Task DisposeAsync()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Whoever_has_it_lets_go_and_nobody_else_has_it()
    {
        var held = await Held(by: 1, "s-1");
        var other = await Held(by: 1, "s-2");
        Assert.True(await Asked(by: 0).Everywhere("s-1"));
        Assert.Equal((true, false), (held.Released, other.Released));
        Assert.False(await Asked(by: 0).Everywhere("nobody's"));
        // Not of the silo that asks: it sees to that itself.
        Assert.False(await Asked(by: 1).Everywhere("s-2"));
    }

    [Fact]
    public async Task What_is_being_stored_is_waited_for()
    {
        var held = await Held(by: 2, "s-1");
        Assert.True(held.TryBeginStoring());
        var asked = Asked(by: 0).Everywhere("s-1");
        await Eventually.True(() => Task.FromResult(held.Released), "the release");
        Assert.False(asked.IsCompleted);
        held.EndStoring();
        Assert.True(await asked);
        Assert.False(held.TryBeginStoring());
    }

    [Fact]
    public async Task A_third_silo_can_be_the_way()
    {
        var held = await Held(by: 2, "s-1");
        var peers = Of<LeaseWitnesses>(0);
        Assert.True(await peers.ReleaseThrough(Address(1), Address(2), "s-1"));
        Assert.True(held.Released);
        Assert.False(await peers.ReleaseThrough(Address(1), Address(2), "nobody's"));
    }

    [Fact]
    public async Task Who_answers_nobody_is_not_waited_for_and_may_have_had_it()
    {
        var held = await Held(by: 2, "s-1");
        Assert.True(held.TryBeginStoring());
        var peers = Of<LeaseWitnesses>(0);
        Assert.Null(await peers.Release(Address(2), "s-1"));
        Assert.Null(await peers.ReleaseThrough(Address(1), Address(2), "s-1"));
        Assert.True(await Asked(by: 0, TimeProvider.System).Everywhere("s-1"));
        Assert.True(held.Released);
        held.EndStoring();
    }

    [Fact]
    public async Task In_a_cluster_that_has_long_been_the_same_nobody_is_asked_until_it_changes()
    {
        var release = Asked(by: 0);
        Assert.False(await release.Everywhere("s-1"));
        var held = await Held(by: 1, "s-1");
        _time.Advance(SessionRelease.Unsettled);
        Assert.True(await release.Everywhere("s-1"));
        _time.Advance(TimeSpan.FromTicks(1));
        var next = await Held(by: 1, "s-2");
        Assert.False(await release.Everywhere("s-2"));
        Assert.False(next.Released);
        await _cluster.StartAdditionalSiloAsync();
        await Eventually.True(() => Task.FromResult(Of<LeaseWitnesses>(0).Others().Count() == 3), "the new silo");
        Assert.True(await release.Everywhere("s-2"));
        Assert.True(held.Released && next.Released);
    }

    private SessionRelease Asked(int by, TimeProvider? time = null) => new(Of<LeaseWitnesses>(by), Of<IClusterMembershipService>(by), time ?? _time, NullLogger<SessionRelease>.Instance);

    private async Task<PresentSession> Held(int by, string id)
    {
        var held = new PresentSession();
        await Of<PresentSessions>(by).Claim(id, held);
        return held;
    }

    private T Of<T>(int silo) where T : notnull => _cluster.Silos[silo].ServiceProvider.GetRequiredService<T>();

    private SiloAddress Address(int silo) => _cluster.Silos[silo].SiloAddress;
}
