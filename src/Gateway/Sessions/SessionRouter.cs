using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Legacy;
using GaiaOrleans.Gateway.Rollouts;
using Microsoft.Extensions.Options;
using Orleans.Storage;

namespace GaiaOrleans.Gateway.Sessions;

/// <summary>Decides, per request, which side answers, and carries it there under one epoch.</summary>
public sealed class SessionRouter(
    GatewayLease lease, LeaseRenewal renewal, IGrainFactory grains, LegacyForwarder legacy, TimeProvider time, IOptions<GatewayOptions> options)
{
    // With the pauses between them, longer than it takes the cluster to find out that a silo has died.
    private const int Attempts = 7;

    // Longer than legacy's own total timeout: only a silo that is gone, or frozen, lets an attempt end without an answer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan ReadPatience = TimeSpan.FromSeconds(1.5);

    public async Task Read(HttpContext context)
    {
        var scope = await Enter(context.RequestAborted);
        try
        {
            var rollout = scope.State;
            if (ForwardsOnly(rollout))
            {
                await legacy.Forward(context, rollout.Epoch);
                return;
            }

            if (!lease.Held)
            {
                await ServeStale(context, rollout);
                return;
            }

            var id = SessionPath.IdOf(context);
            var snapshot = await Snapshot(id, context.RequestAborted);
            // A pending change is on the target only: nobody reads past an acknowledged write.
            if (snapshot.Pending || rollout.Phase == RolloutPhase.Completed || SplitRule.SideOf(id, rollout) == Side.Go)
                await SessionResponse.Write(context, snapshot, id, rollout.Epoch);
            else await legacy.Forward(context, rollout.Epoch, snapshot.Version);
        }
        finally
        {
            scope.Leave();
        }
    }

    public async Task Write(HttpContext context)
    {
        WriteRequest? request = null;
        var requestId = Guid.CreateVersion7();
        for (var attempt = 1; ; attempt++)
        {
            var scope = await EnterForWrite(context.RequestAborted);
            try
            {
                if (ForwardsOnly(scope.State))
                {
                    await legacy.Forward(context, scope.State.Epoch);
                    return;
                }

                if (!lease.Held) throw new LeaseLostException();
                request ??= await WriteRequest.Read(context, options.Value.MaxBodyBytes, context.RequestAborted);
                var write = new WriteContext(scope.State.Epoch, request.ExpectedVersion, request.IdempotencyKey, requestId, attempt);
                // Not cancelled with the client: a change that was handed over runs to its end.
                var outcome = await grains.GetGrain<ISessionGrain>(request.Id).Write(request.Change, write, CancellationToken.None).WaitAsync(Patience, time);
                await SessionResponse.Write(context, outcome, request.Id, scope.State.Epoch);
                return;
            }
            catch (InconsistentStateException) when (attempt < Attempts)
            {
                // Another activation won; nothing of this change was stored. The winner takes it.
            }
            catch (Exception e) when (attempt < Attempts && Lost(e))
            {
                // The silo was lost on the way. The session's next activation knows by the request's id whether it took effect.
            }
            catch (StaleEpochException e) when (attempt < Attempts)
            {
                await renewal.Renew(context.RequestAborted);
                // The read that was shared may have begun before the change; the next one cannot have.
                if (lease.Known!.Epoch < e.Current) await renewal.Renew(context.RequestAborted);
            }
            finally
            {
                scope.Leave();
            }

            // Only after a failed attempt, and outside the scope: the fence waits for those inside.
            await Task.Delay(Backoff(attempt), time, context.RequestAborted);
        }
    }

    /// <summary>With dual-write off before cutover legacy is the only side there is; no lease is needed, because turning it on needs this gateway's word.</summary>
    public static bool ForwardsOnly(RolloutState rollout) => !rollout.DualWrite.Enabled && !rollout.AfterCutover;

    /// <summary>Enters the epoch in force; with the lease over it first tries to renew it.</summary>
    public async Task<EpochScope> Enter(CancellationToken cancellationToken)
    {
        if (!lease.Held)
        {
            try
            {
                await renewal.Renew(cancellationToken);
            }
            catch (Exception e) when (e is OrleansException or TimeoutException or GaiaException)
            {
                // What may be done without a lease is decided by the caller, from the last known state.
            }
        }

        return lease.Enter() ?? throw new LeaseLostException();
    }

    private async Task<EpochScope> EnterForWrite(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(options.Value.HoldWrites, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        while (true)
        {
            var scope = await Enter(cancellationToken);
            if (!scope.State.DualWrite.Closing) return scope;
            // Held outside the scope: the fence waits for those inside.
            scope.Leave();
            try
            {
                await lease.ChangedFrom(scope.State.Epoch).WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new ClosingException();
            }
        }
    }

    private static bool Lost(Exception e) => e is TimeoutException or SiloUnavailableException or OrleansMessageRejectionException;

    private async Task ServeStale(HttpContext context, RolloutState rollout)
    {
        if (!options.Value.AllowStaleReads || rollout.AfterCutover) throw new LeaseLostException();
        context.Response.Headers[SessionResponse.Stale] = "possible";
        await legacy.Forward(context, rollout.Epoch);
    }

    private async Task<SessionSnapshot> Snapshot(string id, CancellationToken cancellationToken)
    {
        var grain = grains.GetGrain<ISessionGrain>(id);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var snapshot = await grain.Read().AsTask().WaitAsync(ReadPatience, time, cancellationToken);
                return snapshot.NeedsAdoption ? await grain.Adopt(cancellationToken).WaitAsync(Patience, time, cancellationToken) : snapshot;
            }
            catch (Exception e) when (attempt < Attempts && (Lost(e) || e is InconsistentStateException or StaleEpochException))
            {
                // A read may be repeated: the activation that lives now answers.
            }
            catch (LegacyUnavailableException e)
            {
                throw new LeadUnavailableException(Side.Python, e.Message);
            }

            await Task.Delay(Backoff(attempt), time, cancellationToken);
        }
    }

    /// <summary>Nothing, then 100 ms doubling to 800: a stale epoch or a fenced activation is settled at once, a dead silo in two seconds.</summary>
    private static TimeSpan Backoff(int attempt) => attempt == 1 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Min(800, 50 << attempt));
}
