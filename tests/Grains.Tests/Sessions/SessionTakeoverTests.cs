using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Tests.Model;
using Orleans.Storage;

namespace GaiaOrleans.Grains.Tests.Sessions;

/// <summary>Who speaks for a session, when somebody else begins to.</summary>
public sealed class SessionTakeoverTests : PresentSessionTestBase
{
    [Fact]
    public async Task Whoever_speaks_for_it_stops_before_a_successor_begins()
    {
        var (successor, present, _) = Successor();
        await successor.OnActivateAsync(default);
        Assert.Null(Shown());
        await Assert.ThrowsAsync<InconsistentStateException>(() => Session.Read(0).AsTask());
        await Assert.ThrowsAsync<InconsistentStateException>(() => Session.Write(Some.Change(ChangeKind.Merge, """{"status":"busy"}"""), Context(), default));
        await successor.Read(0);
        Assert.Equal(1, present.Read(Some.Id, 0)!.Version);
    }

    [Fact]
    public async Task A_successor_waits_for_what_is_being_stored_and_begins_with_it()
    {
        var (successor, _, _) = Successor();
        Commits.Closed = new();
        var write = Session.Write(Some.Change(ChangeKind.Merge, """{"status":"busy"}"""), Context(), default);
        var activation = successor.OnActivateAsync(default);
        Assert.False(activation.IsCompleted);
        Commits.Closed.SetResult();
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
        await Session.Write(Some.Change(ChangeKind.Merge, """{"status":"busy"}"""), Context(), default);
        asked.SetResult();
        await activation;
        Assert.Equal(2, (await successor.Read(0)).Version);
    }

    [Fact]
    public async Task What_is_stored_after_a_successor_has_given_up_waiting_is_told_nobody()
    {
        var (successor, present, _) = Successor();
        Commits.Closed = new();
        var write = Session.Write(Some.Change(ChangeKind.Merge, """{"status":"busy"}"""), Context(), default);
        present.Others = id =>
        {
            _ = Present.Release(id);
            return Task.CompletedTask;
        };
        await successor.OnActivateAsync(default);
        Commits.Closed.SetResult();
        await Assert.ThrowsAsync<InconsistentStateException>(() => write);
        Assert.Equal(1, (await successor.Read(0)).Version);
    }

    [Fact]
    public async Task Whoever_is_asked_twice_waits_twice()
    {
        Commits.Closed = new();
        var write = Session.Write(Some.Change(ChangeKind.Merge, """{"status":"busy"}"""), Context(), default);
        var (first, second) = (Present.Release(Some.Id), Present.Release(Some.Id));
        Assert.False(first.IsCompleted || second.IsCompleted);
        Commits.Closed.SetResult();
        Assert.True(await first && await second);
        await Assert.ThrowsAsync<InconsistentStateException>(() => write);
    }

    [Fact]
    public async Task Who_is_replaced_on_its_silo_while_it_stores_is_waited_for_by_others_too()
    {
        var next = SessionGrainHost.Make(Some.Id, Rows, Legacy, Rollout, Time, () => { }, Present).Grain;
        Commits.Closed = new();
        var write = Session.Write(Some.Change(ChangeKind.Merge, """{"status":"busy"}"""), Context(), default);
        var replacing = next.OnActivateAsync(default);
        var (successor, _, _) = Successor();
        var activation = successor.OnActivateAsync(default);
        Assert.False(activation.IsCompleted || replacing.IsCompleted);
        Commits.Closed.SetResult();
        await Task.WhenAll(activation, replacing);
        await Assert.ThrowsAsync<InconsistentStateException>(() => write);
        Assert.Equal(2, (await successor.Read(0)).Version);
    }

    [Fact]
    public async Task Nobody_is_refused_by_what_one_knows_that_has_let_go()
    {
        await Present.Release(Some.Id);
        await Assert.ThrowsAsync<InconsistentStateException>(() => Session.Write(Some.Change(ChangeKind.Create, """{"status":"busy"}"""), Context(), default));
    }

    [Fact]
    public async Task One_that_is_ending_is_waited_for_as_well()
    {
        var (successor, _, _) = Successor();
        Commits.Closed = new();
        var write = Session.Write(Some.Change(ChangeKind.Merge, """{"status":"busy"}"""), Context(), default);
        await Session.Migrate(null, release: true, 0, default);
        var activation = successor.OnActivateAsync(default);
        Assert.False(activation.IsCompleted);
        Commits.Closed.SetResult();
        await activation;
        // Whoever wrote is not told so by one that others do not read any more: its request is repeated, and its successor knows it.
        await Assert.ThrowsAsync<InconsistentStateException>(() => write);
        Assert.Equal(2, (await successor.Read(0)).Version);
    }

    [Fact]
    public async Task The_silo_itself_has_one_of_a_session()
    {
        var successor = SessionGrainHost.Make(Some.Id, Rows, Legacy, Rollout, Time, () => { }, Present).Grain;
        await successor.OnActivateAsync(default);
        await Assert.ThrowsAsync<InconsistentStateException>(() => Session.Read(0).AsTask());
        await successor.Read(0);
        Assert.NotNull(Shown());
        // What ends takes nothing from its successor.
        await Session.OnDeactivateAsync(new(DeactivationReasonCode.ApplicationRequested, "test"), default);
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
        made.Present.Others = Present.Release;
        return made;
    }
}
