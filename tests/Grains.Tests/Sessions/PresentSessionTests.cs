using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Sessions;
using Orleans.Storage;

namespace GaiaOrleans.Grains.Tests.Sessions;

/// <summary>What is read of a session beside its turns: what it would answer itself, or nothing.</summary>
public sealed class PresentSessionTests : PresentSessionTestBase
{
    [Fact]
    public async Task It_is_what_the_session_says()
    {
        Assert.Equal(await Session.Read(0), Shown());
        await Session.Write(Some.Change(ChangeKind.Merge, """{"status":"busy"}"""), Context(), default);
        Assert.Equal((2, false), Shown() is { } shown ? (shown.Version, shown.Pending) : default);
        Assert.Equal(await Session.Read(0), Shown());
    }

    [Fact]
    public async Task It_says_so_while_legacy_lacks_a_change()
    {
        Legacy.Fault = _ => new LegacyAnswer.Unknown(LegacyTrouble.ServerError, "PUT answered 500");
        await Session.Write(Some.Change(ChangeKind.Merge, """{"status":"busy"}"""), Context(), default);
        Assert.Equal((2, true), Shown() is { } shown ? (shown.Version, shown.Pending) : default);
        Legacy.Fault = null;
        await Session.Repair(default);
        Assert.False(Shown()!.Pending);
    }

    [Fact]
    public async Task A_request_that_may_come_late_is_known_and_when_it_is_due_the_session_is_to_be_asked()
    {
        Legacy.Fault = _ => new LegacyAnswer.Unknown(LegacyTrouble.TimedOut, "no answer");
        await Session.Write(Some.Change(ChangeKind.Merge, """{"status":"busy"}"""), Context(), default);
        Legacy.Fault = null;
        await Session.Repair(default);
        Assert.Equal((true, false), Shown() is { } early ? (early.Pending, early.NeedsAdoption) : default);
        await Later(new SessionOptions().LateRequests.TotalSeconds);
        Assert.Equal((false, true), await Session.Read(0) is var due ? (due.Pending, due.NeedsAdoption) : default);
        Assert.Equal(due, Shown());
    }

    [Fact]
    public void Without_a_lease_there_is_nothing()
    {
        Time.Advance(new RolloutOptions().SiloLease);
        Assert.Null(Shown());
    }

    [Fact]
    public async Task A_reader_who_knows_of_a_newer_epoch_asks_the_session()
    {
        var newer = (await Change(s => s with { GoPercentage = 10 })).Epoch;
        Assert.Null(Present.Read(Some.Id, newer));
        await Session.Read(newer);
        Assert.NotNull(Present.Read(Some.Id, newer));
    }

    [Fact]
    public async Task After_a_restore_there_is_nothing()
    {
        var restored = await Rollout.BeginIncarnation(1, Some.Caller(), default);
        Assert.NotEqual(1, restored.Incarnation);
        await Assert.ThrowsAsync<InconsistentStateException>(() => Session.Read(restored.Epoch).AsTask());
        Assert.Null(Present.Read(Some.Id, restored.Epoch));
    }

    /// <summary>Chaos, seed 742, has an older activation that went on answering; this is how one finds out.</summary>
    [Fact]
    public async Task An_activation_that_has_found_itself_replaced_shows_nothing_and_answers_no_reader()
    {
        var other = Make().Grain;
        await other.OnActivateAsync(default);
        await other.Write(Some.Change(ChangeKind.Merge, """{"status":"paused"}"""), Context(), default);
        Assert.Equal(1, Shown()!.Version);
        await Assert.ThrowsAsync<InconsistentStateException>(() => Session.Write(Some.Change(ChangeKind.Merge, """{"status":"busy"}"""), Context(), default));
        Assert.Null(Shown());
        await Assert.ThrowsAsync<InconsistentStateException>(() => Session.Read(0).AsTask());
        Assert.Null(Shown());
    }

    [Fact]
    public async Task An_activation_that_ends_shows_nothing_from_the_beginning_of_its_end_and_answers_no_reader_who_has_waited()
    {
        var end = Session.OnDeactivateAsync(new(DeactivationReasonCode.ApplicationRequested, "test"), default);
        Assert.Null(Shown());
        await Assert.ThrowsAsync<InconsistentStateException>(() => Session.Read(0).AsTask());
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
        await Session.Read(0);
        Assert.NotNull(Shown());
    }

    [Fact]
    public async Task An_answer_of_legacy_that_comes_while_it_ends_does_not_bring_it_back()
    {
        await Session.OnDeactivateAsync(new(DeactivationReasonCode.ApplicationRequested, "test"), default);
        await Session.Write(Some.Change(ChangeKind.Merge, """{"status":"busy"}"""), Context(), default);
        Assert.Null(Shown());
    }
}
