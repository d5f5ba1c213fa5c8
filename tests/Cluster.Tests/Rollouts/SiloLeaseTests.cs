using GaiaOrleans.Contracts.Gateways;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Rollouts;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace GaiaOrleans.Cluster.Tests.Rollouts;

public sealed class SiloLeaseTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Readings _store = new();
    private readonly SiloLease _lease;

    public SiloLeaseTests() =>
        _lease = new(_store, _time, Options.Create(new RolloutOptions { SiloLease = TimeSpan.FromSeconds(2) }), NullLogger<SiloLease>.Instance);

    public void Dispose() => _lease.Dispose();

    [Fact]
    public async Task While_it_holds_nothing_is_read()
    {
        Assert.Equal(1, (await _lease.Current(default)).Epoch);
        _store.State = _store.State with { Epoch = 2 };
        _time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Equal((1, 1), ((await _lease.Current(default)).Epoch, _store.Reads));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal((2, 2), ((await _lease.Current(default)).Epoch, _store.Reads));
    }

    [Fact]
    public async Task It_counts_from_before_the_read()
    {
        var read = _store.Hold();
        var current = _lease.Current(default);
        _time.Advance(TimeSpan.FromSeconds(3));
        read.SetResult();
        await current;
        await _lease.Current(default);
        Assert.Equal(2, _store.Reads);
    }

    [Fact]
    public async Task The_stores_clock_is_read_with_it_and_never_ahead()
    {
        Assert.Null(_lease.StoreNow);
        var read = _store.Hold();
        var current = _lease.Current(default);
        _time.Advance(TimeSpan.FromSeconds(1));
        read.SetResult();
        await current;
        Assert.Equal(_store.At, _lease.StoreNow);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(_store.At.AddHours(1), _lease.StoreNow);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task When_it_is_over_and_cannot_be_renewed_nothing_is_answered(bool unreadable)
    {
        await _lease.Current(default);
        (_store.Unreadable, _store.Active) = (unreadable, unreadable);
        Assert.Equal(1, (await _lease.Current(default)).Epoch);
        _time.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<LeaseLostException>(async () => await _lease.Current(default));
        (_store.Unreadable, _store.Active) = (false, true);
        Assert.Equal(1, (await _lease.Current(default)).Epoch);
    }

    [Fact]
    public async Task An_older_request_is_refused_and_a_newer_one_makes_it_look()
    {
        _store.State = _store.State with { Epoch = 5 };
        Assert.Equal(5, (await _lease.At(5, default)).Epoch);
        await Assert.ThrowsAsync<StaleEpochException>(async () => await _lease.At(4, default));
        _store.State = _store.State with { Epoch = 6 };
        Assert.Equal(6, (await _lease.At(6, default)).Epoch);
        await Assert.ThrowsAsync<StaleEpochException>(async () => await _lease.At(5, default));
        Assert.Equal(2, _store.Reads);
    }

    /// <summary>A restore goes back in epochs. What a gateway still routes by an epoch of before, however high, must not be carried out.</summary>
    [Fact]
    public async Task A_request_of_an_incarnation_that_is_over_is_refused_although_its_epoch_is_higher()
    {
        _store.State = _store.State with { Epoch = 50 };
        await _lease.At(50, default);
        _store.State = _store.State with { Incarnation = 2, Epoch = 40 };
        await _lease.CatchUp(_store.State);
        await Assert.ThrowsAsync<StaleEpochException>(async () => await _lease.At(50, default));
        Assert.Equal(2, (await _lease.At(40, default)).Incarnation);
    }

    [Fact]
    public async Task Who_asks_while_a_read_is_under_way_gets_one_that_began_afterwards()
    {
        var first = _store.Hold();
        var early = _lease.Refresh(default);
        var second = _store.Hold();
        var late = Enumerable.Range(0, 10).Select(_ => _lease.Refresh(default)).ToList();
        first.SetResult();
        Assert.Equal(1, (await early).Epoch);
        Assert.DoesNotContain(late, task => task.IsCompleted);
        _store.State = _store.State with { Epoch = 2 };
        second.SetResult();
        Assert.All(await Task.WhenAll(late), state => Assert.Equal(2, state.Epoch));
        Assert.Equal(2, _store.Reads);
        Assert.Equal((2, 3), ((await _lease.Refresh(default)).Epoch, _store.Reads));
    }

    [Fact]
    public async Task A_read_that_fails_does_not_fail_who_asked_after_it()
    {
        var first = _store.Hold();
        var early = _lease.Refresh(default);
        var late = _lease.Refresh(default);
        first.SetException(new TimeoutException("gone for a moment"));
        await Assert.ThrowsAsync<LeaseLostException>(() => early);
        Assert.Equal(1, (await late).Epoch);
    }

    private sealed class Readings : IRolloutStore
    {
        private readonly Queue<TaskCompletionSource> _holds = [];

        public RolloutState State { get; set; } = InMemoryRolloutStore.InitialState(DateTimeOffset.UnixEpoch);
        public bool Active { get; set; } = true;
        public DateTimeOffset At { get; set; } = new(2031, 1, 31, 12, 0, 0, TimeSpan.Zero);
        public bool Unreadable { get; set; }
        public int Reads { get; private set; }

        /// <summary>The next read that has no hold yet waits for this.</summary>
        public TaskCompletionSource Hold()
        {
            var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _holds.Enqueue(hold);
            return hold;
        }

        public async Task<RolloutReading> Read(CancellationToken cancellationToken)
        {
            Reads++;
            if (_holds.TryDequeue(out var hold)) await hold.Task;
            return Unreadable ? throw new TimeoutException("The database is gone.") : new(State, Active, At);
        }

        public Task<SchemaReading> Schema(CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task Change(RolloutState next, HistoryEntry entry, CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task<RolloutState> BeginIncarnation(long present, Caller caller, CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task MarkFenced(long epoch, CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task<IReadOnlyList<HistoryEntry>> History(int limit, CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task<RolloutState> Register(GatewayRegistration gateway, CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task<IReadOnlyList<GatewayView>> Gateways(CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task RemoveGateway(string id, Caller caller, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
