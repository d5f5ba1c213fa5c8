using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Legacy;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Tests.Model;
using Microsoft.Extensions.Time.Testing;

namespace GaiaOrleans.Grains.Tests.Sessions;

/// <summary>One session that a silo has, and who reads it there.</summary>
public abstract class PresentSessionTestBase : IAsyncLifetime
{
    protected PresentSessionTestBase()
    {
        Rollout = new(Time);
        (Rows, Commits) = CommitGate.Before(new InMemorySessionStore(Rollout, Time));
        (Session, Present, Lease) = Make();
    }

    protected FakeTimeProvider Time { get; } = new(Some.Now);

    protected InMemoryRolloutStore Rollout { get; }

    protected ISessionStore Rows { get; }

    private protected CommitGate Commits { get; }

    protected InMemoryLegacySessions Legacy { get; } = new();

    protected SessionGrain Session { get; }

    protected PresentSessions Present { get; }

    protected SiloLease Lease { get; }

    public async Task InitializeAsync()
    {
        await Change(s => s with { Phase = RolloutPhase.DualWrite, DualWrite = new(true, false, DualWriteMode.GoLeads, AckPolicy.Both) });
        await Session.OnActivateAsync(default);
        await Session.Write(Some.Change(ChangeKind.Create, """{"status":"idle"}"""), Context(), default);
        await Session.Read(0);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    protected Task Later(double seconds)
    {
        Time.Advance(TimeSpan.FromSeconds(seconds));
        return Lease.Refresh(default);
    }

    protected SessionSnapshot? Shown() => Present.Read(Some.Id, 0);

    protected WriteContext Context() => new(Rollout.State.Epoch, null, null);

    protected (SessionGrain Grain, PresentSessions Present, SiloLease Lease) Make() => SessionGrainHost.Make(Some.Id, Rows, Legacy, Rollout, Time, () => { });

    protected async Task<RolloutState> Change(Func<RolloutState, RolloutState> change)
    {
        var next = change(Rollout.State) with { Epoch = Rollout.State.Epoch + 1, FencedEpoch = Rollout.State.Epoch + 1 };
        await Rollout.Change(next, new(next.Epoch, next.UpdatedAt, "test", "put", null, "", "", false), default);
        return next;
    }
}
