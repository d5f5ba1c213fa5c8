using GaiaOrleans.Gateway.Rollouts;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace GaiaOrleans.Gateway.Tests.Rollouts;

public sealed class GatewayLeaseTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);
    private readonly FakeTimeProvider _time = new();
    private readonly GatewayLease _lease;

    public GatewayLeaseTests() => _lease = new(_time, Options.Create(new GatewayOptions { Lease = Lease }), NullLogger<GatewayLease>.Instance);

    private void Renewed(long epoch, long incarnation = 1, TimeSpan readTook = default, TimeSpan? granted = null)
    {
        var started = _time.GetTimestamp();
        _time.Advance(readTook);
        _lease.Renewed(new(Some.Rollout(epoch, incarnation), granted ?? Lease), started);
    }

    [Fact]
    public void Before_the_first_reading_there_is_nothing_to_route_by()
    {
        Assert.Null(_lease.Known);
        Assert.Null(_lease.Enter());
        Assert.Equal((false, 0), (_lease.Held, _lease.InFlight));
        Assert.True(_lease.Age > Lease, $"{_lease.Age} looks fresh");
    }

    [Fact]
    public void It_counts_from_before_the_read()
    {
        Renewed(1, readTook: TimeSpan.FromSeconds(0.5));
        Assert.Equal(TimeSpan.FromSeconds(0.5), _lease.Age);
        _time.Advance(TimeSpan.FromSeconds(1.499));
        Assert.True(_lease.Held);
        _time.Advance(TimeSpan.FromSeconds(0.001));
        Assert.False(_lease.Held);
        Assert.Equal(1, _lease.Known!.Epoch);
    }

    [Fact]
    public void The_stores_clock_is_told_with_it_and_never_behind()
    {
        Assert.Null(_lease.StoreNow);
        var (started, told) = (_time.GetTimestamp(), new DateTimeOffset(2031, 1, 31, 12, 0, 0, TimeSpan.Zero));
        _time.Advance(TimeSpan.FromSeconds(0.5));
        _lease.Renewed(new(Some.Rollout(), Lease, told), started);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(told.AddSeconds(2.5), _lease.StoreNow);
        Renewed(2);
        Assert.Equal(told.AddSeconds(2.5), _lease.StoreNow);
    }

    [Fact]
    public void A_read_that_took_longer_than_the_lease_gives_none()
    {
        Renewed(1, readTook: TimeSpan.FromSeconds(3));
        Assert.False(_lease.Held);
    }

    [Fact]
    public void A_reading_of_the_same_epoch_prolongs_it_and_a_slower_one_does_not_shorten_it()
    {
        var slow = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(1));
        Renewed(1);
        _lease.Renewed(new(Some.Rollout(), Lease), slow);
        _time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.True(_lease.Held);
        Renewed(1);
        _time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.True(_lease.Held);
    }

    [Fact]
    public void An_older_reading_neither_replaces_nor_prolongs()
    {
        Renewed(7);
        _time.Advance(TimeSpan.FromSeconds(1));
        Renewed(6);
        Assert.Equal(7, _lease.Known!.Epoch);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(_lease.Held);
    }

    [Fact]
    public void It_is_never_longer_than_what_a_change_of_the_rollout_waits_for()
    {
        Renewed(1, granted: TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(1), _lease.Length);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(_lease.Held);

        Renewed(1, granted: TimeSpan.FromSeconds(10));
        Assert.Equal(Lease, _lease.Length);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Renewed(1, granted: TimeSpan.FromSeconds(0.5)); // the silos were started again with another value
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.False(_lease.Held);
    }

    [Fact]
    public async Task The_incarnation_counts_before_the_epoch()
    {
        Renewed(9);
        Renewed(1, incarnation: 2);
        Assert.Equal((2, 1), (_lease.Known!.Incarnation, _lease.Known.Epoch));
        Renewed(10);
        Assert.Equal(2, _lease.Known.Incarnation);
        Assert.Equal(1, await _lease.Apply(Some.Rollout(11)));
        Assert.Equal(2, _lease.Known.Incarnation);
    }

    [Fact]
    public async Task A_push_is_acknowledged_when_the_requests_of_every_older_epoch_have_left()
    {
        Renewed(1);
        var first = _lease.Enter()!;
        var second = _lease.Apply(Some.Rollout(2));
        Assert.Equal(2, _lease.Known!.Epoch);
        var later = _lease.Enter()!;
        Assert.Equal((2, false), (later.State.Epoch, second.IsCompleted));
        var third = _lease.Apply(Some.Rollout(3));
        Assert.Equal(2, _lease.InFlight);
        later.Leave();
        Assert.False(third.IsCompleted);
        first.Leave();
        Assert.InRange(await second, 2, 3);
        Assert.Equal(3, await third);
        Assert.Equal(0, _lease.InFlight);
    }

    [Fact]
    public async Task A_repeated_push_still_waits_for_the_requests_of_the_older_epoch()
    {
        Renewed(1);
        var request = _lease.Enter()!;
        Renewed(2); // its own reading was quicker than the push
        var push = _lease.Apply(Some.Rollout(2));
        Assert.False(push.IsCompleted);
        request.Leave();
        Assert.Equal(2, await push);
    }

    [Fact]
    public async Task A_push_does_not_prolong_the_lease()
    {
        Renewed(1);
        _time.Advance(Lease);
        await _lease.Apply(Some.Rollout(2));
        Assert.Equal((2, false), (_lease.Known!.Epoch, _lease.Held));
    }

    [Fact]
    public async Task An_older_push_is_answered_with_the_epoch_in_force()
    {
        Renewed(5);
        Assert.Equal(5, await _lease.Apply(Some.Rollout(4)));
        Assert.Equal(5, _lease.Known!.Epoch);
    }

    [Fact]
    public async Task What_else_the_process_knows_is_no_older_when_a_push_is_acknowledged()
    {
        Renewed(1);
        var others = new TaskCompletionSource();
        _lease.Applying = _ => others.Task;
        var push = _lease.Apply(Some.Rollout(2));
        Assert.False(push.IsCompleted);
        others.SetResult();
        Assert.Equal(2, await push);
    }

    [Fact]
    public void Whoever_waits_for_a_change_hears_of_it_once_it_is_there()
    {
        Renewed(1);
        var changed = _lease.ChangedFrom(1);
        Renewed(1);
        Assert.False(changed.IsCompleted);
        Renewed(2);
        Assert.True(changed.IsCompleted);
        Assert.True(_lease.ChangedFrom(1).IsCompleted);
        Assert.False(_lease.ChangedFrom(2).IsCompleted);
    }
}
