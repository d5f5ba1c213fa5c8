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
    private TimeSpan _patience = TimeSpan.FromSeconds(30);

    public SessionReleaseTests()
    {
        var builder = new InProcessTestClusterBuilder(3);
        builder.ConfigureHost(host => host.Logging.SetMinimumLevel(LogLevel.Warning));
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddGrainService<LeaseWitness>();
            silo.Services.AddSingleton<SlowLeave>().AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(s => s.GetRequiredService<SlowLeave>());
            silo.Services.AddSingleton(TimeProvider.System).AddSingleton<IRolloutStore>(s => new InMemoryRolloutStore(s.GetRequiredService<TimeProvider>())).AddSingleton(Options.Create(new RolloutOptions()));
            silo.Services.AddSingleton<SiloLease>().AddSingleton<PresentSessions>();
            silo.Services.AddSingleton(s => new LeaseWitnesses(s, s.GetRequiredService<IClusterMembershipService>(), s.GetRequiredService<ILocalSiloDetails>(), TimeProvider.System, NullLogger<LeaseWitnesses>.Instance) { ReleasePatience = _patience });
        });
        _cluster = builder.Build();
    }

    public async Task InitializeAsync()
    {
        await _cluster.DeployAsync();
        var members = Enumerable.Range(0, 3).Select(Of<IClusterMembershipService>).ToList();
        await Eventually.True(
            () => Task.FromResult(members.All(m => m.CurrentSnapshot.Members.Values.Count(s => s.Status == SiloStatus.Active) == 3) && members.DistinctBy(m => m.CurrentSnapshot.Version).Count() == 1),
            "the silos' acquaintance");
    }

    public async Task DisposeAsync()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Whoever_has_it_lets_go()
    {
        var (held, other) = (await Held(by: 1, "s-1"), await Held(by: 1, "s-2"));
        await Asked(by: 0).Everywhere("s-1");
        Assert.Equal((true, false), (held.Released, other.Released));
        // Not of the silo that asks: it sees to that itself.
        await Asked(by: 1).Everywhere("s-2");
        Assert.False(other.Released);
    }

    [Fact]
    public async Task What_is_being_stored_is_waited_for()
    {
        var held = await Held(by: 2, "s-1");
        Assert.True(held.TryBeginStoring());
        var asked = Asked(by: 0).Everywhere("s-1");
        var answer = Of<LeaseWitnesses>(0).Release(Address(2), "s-1");
        await Eventually.True(() => Task.FromResult(held.Released), "the release");
        Assert.False(asked.IsCompleted || answer.IsCompleted);
        held.EndStoring();
        await asked;
        Assert.True(await answer);
        Assert.False(held.TryBeginStoring());
    }

    [Fact]
    public async Task A_silo_that_leaves_has_its_sessions_until_it_is_gone()
    {
        var held = await Held(by: 2, "s-1");
        var leave = Of<SlowLeave>(2);
        leave.Until = new();
        var stopping = _cluster.StopSiloAsync(_cluster.Silos[2]);
        var peers = Of<LeaseWitnesses>(0);
        await Eventually.True(() => Task.FromResult(peers.Others().Count() == 1), "its leaving");
        await Asked(by: 0).Everywhere("s-1");
        Assert.True(held.Released);
        leave.Until.SetResult();
        await stopping;
        await Eventually.True(() => Task.FromResult(peers.Holders().Count() == 1), "its end");
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
    public async Task Who_answers_nobody_is_not_waited_for()
    {
        _patience = TimeSpan.FromMilliseconds(50);
        var held = await Held(by: 2, "s-1");
        Assert.True(held.TryBeginStoring());
        var peers = Of<LeaseWitnesses>(0);
        Assert.Null(await peers.Release(Address(2), "s-1"));
        Assert.Null(await peers.ReleaseThrough(Address(1), Address(2), "s-1"));
        await Asked(by: 0, TimeProvider.System).Everywhere("s-1");
        held.EndStoring();
    }

    [Fact]
    public async Task In_a_cluster_that_has_long_been_the_same_nobody_is_asked_until_it_changes()
    {
        var release = Asked(by: 0);
        await release.Everywhere("nobody's");
        var (first, second) = (await Held(by: 1, "s-1"), await Held(by: 1, "s-2"));
        _time.Advance(SessionRelease.Unsettled);
        await release.Everywhere("s-1");
        Assert.True(first.Released);
        _time.Advance(TimeSpan.FromTicks(1));
        await release.Everywhere("s-2");
        Assert.False(second.Released);
        await _cluster.StartAdditionalSiloAsync();
        await Eventually.True(() => Task.FromResult(Of<LeaseWitnesses>(0).Others().Count() == 3), "the new silo");
        await release.Everywhere("s-2");
        Assert.True(second.Released);
    }

    /// <summary>A silo that has said that it leaves, and has not yet.</summary>
    private sealed class SlowLeave : ILifecycleParticipant<ISiloLifecycle>
    {
        public TaskCompletionSource? Until { get; set; }

        public void Participate(ISiloLifecycle lifecycle) =>
            lifecycle.Subscribe("slow leave", ServiceLifecycleStage.ApplicationServices, static _ => Task.CompletedTask, _ => Until?.Task ?? Task.CompletedTask);
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
