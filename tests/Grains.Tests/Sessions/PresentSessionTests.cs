using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Tests.Model;
using Microsoft.Extensions.Time.Testing;
using Orleans.Storage;

namespace GaiaOrleans.Grains.Tests.Sessions;

/// <summary>What is read of a session beside its turns: what it would answer itself, or nothing.</summary>
public sealed class PresentSessionTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(Some.Now);
    private readonly InMemoryRolloutStore _rollout;
    private readonly ISessionStore _rows;
    private readonly CommitGate _commits;
    private readonly InMemoryLegacySessions _legacy = new();
    private readonly SessionGrain _session;
    private readonly PresentSessions _present;
    private readonly SiloLease _lease;

    public PresentSessionTests()
    {
        _rollout = new(_time);
        (_rows, _commits) = CommitGate.Before(new InMemorySessionStore(_rollout, _time));
        (_session, _present, _lease) = Make();
    }

    public async Task InitializeAsync()
    {
        await Change(s => s with { Phase = RolloutPhase.DualWrite, DualWrite = new(true, false, DualWriteMode.GoLeads, AckPolicy.Both) });
        await _session.OnActivateAsync(default);
        await _session.Write(Some.Change(ChangeKind.Create, """{"status":"idle"}"""), Context(), default);
        await _session.Read(0);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task It_is_what_the_session_says()
    {
        Assert.Equal(await _session.Read(0), Shown());
        await _session.Write(Some.Change(ChangeKind.Merge, """{"status":"busy"}"""), Context(), default);
        Assert.Equal((2, false), Shown() is { } shown ? (shown.Version, shown.Pending) : default);
        Assert.Equal(await _session.Read(0), Shown());
    }

    [Fact]
    public async Task It_says_so_while_legacy_lacks_a_change()
    {
        _legacy.Fault = _ => new LegacyAnswer.Unknown(LegacyTrouble.ServerError, "PUT answered 500");
        await _session.Write(Some.Change(ChangeKind.Merge, """{"status":"busy"}"""), Context(), default);
        Assert.Equal((2, true), Shown() is { } shown ? (shown.Version, shown.Pending) : default);
        _legacy.Fault = null;
        await _session.Repair(default);
        Assert.False(Shown()!.Pending);
    }

    [Fact]
    public async Task A_request_that_may_come_late_is_known_and_when_it_is_due_the_session_is_to_be_asked()
    {
        _legacy.Fault = _ => new LegacyAnswer.Unknown(LegacyTrouble.TimedOut, "no answer");
        await _session.Write(Some.Change(ChangeKind.Merge, """{"status":"busy"}"""), Context(), default);
        _legacy.Fault = null;
        await _session.Repair(default);
        Assert.Equal((true, false), Shown() is { } early ? (early.Pending, early.NeedsAdoption) : default);
        await Later(new SessionOptions().LateRequests.TotalSeconds);
        Assert.Equal((false, true), await _session.Read(0) is var due ? (due.Pending, due.NeedsAdoption) : default);
        Assert.Equal(due, Shown());
    }

    [Fact]
    public void Without_a_lease_there_is_nothing()
    {
        _time.Advance(new RolloutOptions().SiloLease);
        Assert.Null(Shown());
    }

    [Fact]
    public async Task A_reader_who_knows_of_a_newer_epoch_asks_the_session()
    {
        var newer = (await Change(s => s with { GoPercentage = 10 })).Epoch;
        Assert.Null(_present.Read(Some.Id, newer));
        await _session.Read(newer);
        Assert.NotNull(_present.Read(Some.Id, newer));
    }

    [Fact]
    public async Task After_a_restore_there_is_nothing()
    {
        var restored = await _rollout.BeginIncarnation(Some.Caller(), default);
        Assert.NotEqual(1, restored.Incarnation);
        await Assert.ThrowsAsync<InconsistentStateException>(() => _session.Read(restored.Epoch).AsTask());
        Assert.Null(_present.Read(Some.Id, restored.Epoch));
    }

    /// <summary>Chaos, seed 742, has an older activation that went on answering; this is how one finds out.</summary>
    [Fact]
    public async Task An_activation_that_has_found_itself_replaced_shows_nothing_and_answers_no_reader()
    {
        var other = Make().Grain;
        await other.OnActivateAsync(default);
        await other.Write(Some.Change(ChangeKind.Merge, """{"status":"paused"}"""), Context(), default);
        Assert.Equal(1, Shown()!.Version);
        await Assert.ThrowsAsync<InconsistentStateException>(() => _session.Write(Some.Change(ChangeKind.Merge, """{"status":"busy"}"""), Context(), default));
        Assert.Null(Shown());
        await Assert.ThrowsAsync<InconsistentStateException>(() => _session.Read(0).AsTask());
        Assert.Null(Shown());
    }

    [Fact]
    public async Task An_activation_that_ends_shows_nothing_from_the_beginning_of_its_end_and_answers_no_reader_who_has_waited()
    {
        var end = _session.OnDeactivateAsync(new(DeactivationReasonCode.ApplicationRequested, "test"), default);
        Assert.Null(Shown());
        await Assert.ThrowsAsync<InconsistentStateException>(() => _session.Read(0).AsTask());
        await end;
    }

    [Fact]
    public async Task Of_what_is_only_read_beside_it_the_session_hears_every_five_seconds()
    {
        for (var second = 1; second < 5; second++)
        {
            await Later(1);
            Assert.NotNull(Shown());
        }

        await Later(1);
        Assert.Null(Shown());
        await _session.Read(0);
        Assert.NotNull(Shown());
    }

    [Fact]
    public async Task An_answer_of_legacy_that_comes_while_it_ends_does_not_bring_it_back()
    {
        await _session.OnDeactivateAsync(new(DeactivationReasonCode.ApplicationRequested, "test"), default);
        await _session.Write(Some.Change(ChangeKind.Merge, """{"status":"busy"}"""), Context(), default);
        Assert.Null(Shown());
    }

    [Fact]
    public async Task Whoever_speaks_for_it_stops_before_a_successor_begins()
    {
        var (successor, present, _) = Successor();
        await successor.OnActivateAsync(default);
        Assert.Null(Shown());
        await Assert.ThrowsAsync<InconsistentStateException>(() => _session.Read(0).AsTask());
        await Assert.ThrowsAsync<InconsistentStateException>(() => _session.Write(Some.Change(ChangeKind.Merge, """{"status":"busy"}"""), Context(), default));
        await successor.Read(0);
        Assert.Equal(1, present.Read(Some.Id, 0)!.Version);
    }

    [Fact]
    public async Task A_successor_waits_for_what_is_being_stored_and_begins_with_it()
    {
        var (successor, _, _) = Successor();
        _commits.Closed = new();
        var write = _session.Write(Some.Change(ChangeKind.Merge, """{"status":"busy"}"""), Context(), default);
        var activation = successor.OnActivateAsync(default);
        Assert.False(activation.IsCompleted);
        _commits.Closed.SetResult();
        await activation;
        // Whoever wrote is not told so by one that others do not read any more: its request is repeated, and its successor knows it.
        await Assert.ThrowsAsync<InconsistentStateException>(() => write);
        Assert.Equal(2, (await successor.Read(0)).Version);
    }

    [Fact]
    public async Task A_successor_looks_at_what_is_stored_after_it_has_been_let_go_and_not_before()
    {
        var (successor, present, _) = Successor();
        var asked = new TaskCompletionSource();
        present.Others = _ => asked.Task;
        var activation = successor.OnActivateAsync(default);
        await _session.Write(Some.Change(ChangeKind.Merge, """{"status":"busy"}"""), Context(), default);
        asked.SetResult();
        await activation;
        Assert.Equal(2, (await successor.Read(0)).Version);
    }

    [Fact]
    public async Task What_is_stored_after_a_successor_has_given_up_waiting_is_told_nobody()
    {
        var (successor, present, _) = Successor();
        _commits.Closed = new();
        var write = _session.Write(Some.Change(ChangeKind.Merge, """{"status":"busy"}"""), Context(), default);
        present.Others = id =>
        {
            _ = _present.Release(id);
            return Task.CompletedTask;
        };
        await successor.OnActivateAsync(default);
        _commits.Closed.SetResult();
        await Assert.ThrowsAsync<InconsistentStateException>(() => write);
        Assert.Equal(1, (await successor.Read(0)).Version);
    }

    [Fact]
    public async Task Whoever_is_asked_twice_waits_twice()
    {
        _commits.Closed = new();
        var write = _session.Write(Some.Change(ChangeKind.Merge, """{"status":"busy"}"""), Context(), default);
        var (first, second) = (_present.Release(Some.Id), _present.Release(Some.Id));
        Assert.False(first.IsCompleted || second.IsCompleted);
        _commits.Closed.SetResult();
        Assert.True(await first && await second);
        await Assert.ThrowsAsync<InconsistentStateException>(() => write);
    }

    [Fact]
    public async Task Who_is_replaced_on_its_silo_while_it_stores_is_waited_for_by_others_too()
    {
        var next = SessionGrainHost.Make(Some.Id, _rows, _legacy, _rollout, _time, () => { }, _present).Grain;
        _commits.Closed = new();
        var write = _session.Write(Some.Change(ChangeKind.Merge, """{"status":"busy"}"""), Context(), default);
        var replacing = next.OnActivateAsync(default);
        var (successor, _, _) = Successor();
        var activation = successor.OnActivateAsync(default);
        Assert.False(activation.IsCompleted || replacing.IsCompleted);
        _commits.Closed.SetResult();
        await Task.WhenAll(activation, replacing);
        await Assert.ThrowsAsync<InconsistentStateException>(() => write);
        Assert.Equal(2, (await successor.Read(0)).Version);
    }

    [Fact]
    public async Task Nobody_is_refused_by_what_one_knows_that_has_let_go()
    {
        await _present.Release(Some.Id);
        await Assert.ThrowsAsync<InconsistentStateException>(() => _session.Write(Some.Change(ChangeKind.Create, """{"status":"busy"}"""), Context(), default));
    }

    [Fact]
    public async Task One_that_is_ending_is_waited_for_as_well()
    {
        var (successor, _, _) = Successor();
        _commits.Closed = new();
        var write = _session.Write(Some.Change(ChangeKind.Merge, """{"status":"busy"}"""), Context(), default);
        await _session.Migrate(null, release: true, 0, default);
        var activation = successor.OnActivateAsync(default);
        Assert.False(activation.IsCompleted);
        _commits.Closed.SetResult();
        await activation;
        // Whoever wrote is not told so by one that others do not read any more: its request is repeated, and its successor knows it.
        await Assert.ThrowsAsync<InconsistentStateException>(() => write);
        Assert.Equal(2, (await successor.Read(0)).Version);
    }

    [Fact]
    public async Task The_silo_itself_has_one_of_a_session()
    {
        var successor = SessionGrainHost.Make(Some.Id, _rows, _legacy, _rollout, _time, () => { }, _present).Grain;
        await successor.OnActivateAsync(default);
        await Assert.ThrowsAsync<InconsistentStateException>(() => _session.Read(0).AsTask());
        await successor.Read(0);
        Assert.NotNull(Shown());
        // What ends takes nothing from its successor.
        await _session.OnDeactivateAsync(new(DeactivationReasonCode.ApplicationRequested, "test"), default);
        Assert.NotNull(Shown());
    }

    [Fact]
    public async Task An_activation_that_does_not_come_about_has_nothing_and_can_be_tried_again()
    {
        var (successor, present, _) = Successor();
        await Assert.ThrowsAsync<OperationCanceledException>(() => successor.OnActivateAsync(new(canceled: true)));
        Assert.False(await present.Release(Some.Id));
        var (next, _, _) = Successor();
        await next.OnActivateAsync(default);
        Assert.Equal(1, (await next.Read(0)).Version);
    }

    /// <summary>The same session on another silo, which reaches the first.</summary>
    private (SessionGrain Grain, PresentSessions Present, SiloLease Lease) Successor()
    {
        var made = Make();
        made.Present.Others = _present.Release;
        return made;
    }

    private Task Later(double seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        return _lease.Refresh(default);
    }

    private SessionSnapshot? Shown() => _present.Read(Some.Id, 0);

    private WriteContext Context() => new(_rollout.State.Epoch, null, null);

    private (SessionGrain Grain, PresentSessions Present, SiloLease Lease) Make() => SessionGrainHost.Make(Some.Id, _rows, _legacy, _rollout, _time, () => { });

    private async Task<RolloutState> Change(Func<RolloutState, RolloutState> change)
    {
        var next = change(_rollout.State) with { Epoch = _rollout.State.Epoch + 1, FencedEpoch = _rollout.State.Epoch + 1 };
        await _rollout.Change(next, new(next.Epoch, next.UpdatedAt, "test", "put", null, "", "", false), default);
        return next;
    }
}
