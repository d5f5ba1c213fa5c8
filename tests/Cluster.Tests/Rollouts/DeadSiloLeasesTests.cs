using System.Collections.Immutable;
using System.Net;
using System.Threading.Channels;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Rollouts;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace GaiaOrleans.Cluster.Tests.Rollouts;

public sealed class DeadSiloLeasesTests : IDisposable
{
    private static readonly TimeSpan LeaseEnd = TimeSpan.FromSeconds(1.25);
    private readonly FakeTimeProvider _time = new();
    private readonly Membership _membership = new();
    private readonly DeadSiloLeases _leases;

    public DeadSiloLeasesTests() =>
        _leases = new(_membership, _time, Options.Create(new RolloutOptions { SiloLease = TimeSpan.FromSeconds(1), Margin = TimeSpan.FromSeconds(0.25) }));

    public void Dispose() => _leases.Dispose();

    [Fact]
    public void While_nobody_has_died_nobody_waits()
    {
        _membership.Becomes(("a", SiloStatus.Active), ("b", SiloStatus.Joining));
        Assert.True(_leases.Ended(0, default).IsCompleted);
    }

    [Fact]
    public async Task A_death_is_waited_out_once()
    {
        Living("a", "b");
        _membership.Becomes(("a", SiloStatus.Active), ("b", SiloStatus.Dead));
        var ended = _leases.Ended(0, default);
        _time.Advance(LeaseEnd - TimeSpan.FromMilliseconds(1));
        Assert.False(ended.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(2));
        await ended;
        _membership.Becomes(("a", SiloStatus.Active), ("b", SiloStatus.Dead), ("c", SiloStatus.Active));
        Assert.True(_leases.Ended(0, default).IsCompleted);
    }

    [Fact]
    public void A_silo_that_shut_down_has_given_its_sessions_up()
    {
        Living("a", "b");
        _membership.Becomes(("a", SiloStatus.Active), ("b", SiloStatus.ShuttingDown));
        Assert.True(_leases.Ended(0, default).IsCompleted);
        _membership.Becomes(("a", SiloStatus.Active), ("b", SiloStatus.Dead));
        Assert.True(_leases.Ended(0, default).IsCompleted);
    }

    [Fact]
    public void What_was_dead_at_the_first_look_may_have_died_just_now()
    {
        _membership.Becomes(("a", SiloStatus.Active), ("b", SiloStatus.Dead));
        Assert.False(_leases.Ended(0, default).IsCompleted);
    }

    [Fact]
    public async Task A_death_that_this_silo_has_not_heard_of_is_asked_for()
    {
        Living("a", "b");
        _membership.Hidden = Snapshot(2, ("a", SiloStatus.Active), ("b", SiloStatus.Dead));
        Assert.True(_leases.Ended(1, default).IsCompleted);
        var ended = _leases.Ended(2, default);
        Assert.False(ended.IsCompleted);
        _time.Advance(LeaseEnd);
        await ended;
    }

    [Fact]
    public async Task That_the_members_cannot_be_read_is_said_of_the_store()
    {
        Living("a", "b");
        _membership.Trouble = new InvalidOperationException("the connection is gone");
        await Assert.ThrowsAsync<StorageUnavailableException>(() => _leases.Ended(2, default));
    }

    private void Living(params string[] silos)
    {
        _membership.Becomes([.. silos.Select(s => (s, SiloStatus.Active))]);
        Assert.True(_leases.Ended(0, default).IsCompleted);
    }

    private static ClusterMembershipSnapshot Snapshot(long version, params (string Name, SiloStatus Status)[] silos) => new(
        silos.Select(s => new ClusterMember(SiloAddress.New(IPAddress.Loopback, s.Name[0], 1), s.Status, s.Name)).ToImmutableDictionary(m => m.SiloAddress), new(version));

    private sealed class Membership : IClusterMembershipService
    {
        public ClusterMembershipSnapshot CurrentSnapshot { get; private set; } = Snapshot(0);

        /// <summary>What a refresh would show.</summary>
        public ClusterMembershipSnapshot? Hidden { get; set; }

        public Exception? Trouble { get; set; }

        public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => Channel.CreateUnbounded<ClusterMembershipSnapshot>().Reader.ReadAllAsync();

        public void Becomes(params (string Name, SiloStatus Status)[] silos) => CurrentSnapshot = Snapshot(CurrentSnapshot.Version.Value + 1, silos);

        public ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default)
        {
            CurrentSnapshot = Hidden ?? CurrentSnapshot;
            return Trouble is null ? default : ValueTask.FromException(Trouble);
        }

        public Task<bool> TryKill(SiloAddress siloAddress) => throw new NotSupportedException();
    }
}
