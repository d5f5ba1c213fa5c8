using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Emergencies;
using GaiaOrleans.Gateway.Legacy;
using GaiaOrleans.Gateway.Rollouts;
using GaiaOrleans.Gateway.Shadow;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Gateway.Sessions;

/// <summary>Decides, per request, which side answers, and carries it there under one epoch.</summary>
public sealed partial class SessionRouter(
    GatewayLease lease, LeaseRenewal renewal, EmergencySwitch emergency, IGrainFactory grains, LocalSessions local, LegacyForwarder legacy, ShadowIntake shadow, TimeProvider time, IOptions<GatewayOptions> options)
{
    private const int MostStale = 7;
    private readonly SessionReferences _sessions = new(grains);

    public async Task Write(HttpContext context)
    {
        if (await ForwardedInEmergency(context)) return;
        var most = options.Value.MaxBodyBytes;
        var body = await RequestBody.Read(context.Request, most, context.RequestAborted);
        WriteRequest? request = null;
        var requestId = Guid.CreateVersion7();
        var repetition = new Repetition<(WriteOutcome Outcome, long Epoch)>(Repetition.Silence, time);
        StaleEpochException? stale = null;
        while (true)
        {
            EpochScope? scope = null;
            var handedOver = false;
            try
            {
                if (stale is not null) await CatchUp(stale, context.RequestAborted);
                stale = null;
                scope = await EnterForWrite(context.RequestAborted);
                if (ForwardsOnly(scope.State))
                {
                    // GAIA_HOME knows nothing of attempts: it would do the change a second time, or answer as if there had been none.
                    if (repetition.Unsettled || context.Features.Get<EarlierAttempt>() is not null) throw new ClosingException();
                    body.Return(context.Request);
                    await legacy.Forward(context, scope.State.Epoch);
                    return;
                }

                if (!lease.Held) throw new LeaseLostException();
                SessionResponse.Mark(context, Lead(scope.State), scope.State.Epoch);
                request ??= await WriteRequest.Of(context, body, most, () => IdMember(context.RequestAborted));
                var write = new WriteContext(
                    scope.State.Epoch, request.Match?.First, request.IdempotencyKey, requestId, repetition.Attempt, request.Match is { Any: true }, repetition.Elapsed, lease.StoreNow, request.Match?.Others);
                repetition.Add(Ask(scope, request, write));
                handedOver = true;
            }
            // This gateway may not ask just now. Before it says that nothing is known it listens to those it has asked, and asks again.
            catch (LeaseLostException) when (repetition is { Unsettled: true, AwaitsLease: true })
            {
                scope?.Leave();
                scope = null;
                await repetition.Pause(context.RequestAborted);
            }
            // It cannot be asked again, and saying so would be untrue of what was asked before.
            catch (GaiaException e) when (repetition.Unsettled && Repetition.SaysNothingOfOthers(e))
            {
                // A change of the rollout waits for those inside: for the attempts, and not for this request once more.
                scope?.Leave();
                scope = null;
                await AnswerOfRest();
                return;
            }
            finally
            {
                if (!handedOver) scope?.Leave();
            }

            try
            {
                if (await repetition.Next(context.RequestAborted) is (true, var answer))
                {
                    await SessionResponse.Write(context, answer.Outcome, request!.Id, answer.Epoch);
                    return;
                }
            }
            catch (SessionExistsException) when (request is { MustBeNew: true })
            {
                throw new VersionMismatchException(request.Id, (await Snapshot(request.Id, lease.Known!.Epoch, context.RequestAborted)).Version);
            }
            catch (StaleEpochException) when (repetition is { Stale: >= MostStale, Unsettled: true })
            {
                await AnswerOfRest();
                return;
            }
            catch (StaleEpochException e) when (repetition.Stale < MostStale)
            {
                stale = e;
                await repetition.Pause(context.RequestAborted);
            }
        }

        async Task AnswerOfRest()
        {
            var (outcome, epoch) = await repetition.Rest();
            await SessionResponse.Write(context, outcome, request!.Id, epoch);
        }
    }

    private async Task CatchUp(StaleEpochException stale, CancellationToken cancellationToken)
    {
        try
        {
            await renewal.Renew(cancellationToken);
            // The read that was shared may have begun before the change; the next one cannot have.
            if (lease.Known!.Epoch < stale.Current) await renewal.Renew(cancellationToken);
        }
        // Nobody tells what is in force: the same as having no lease for it.
        catch (Exception e) when (Unanswered.OrRefused(e, cancellationToken))
        {
            throw new LeaseLostException();
        }
    }

    /// <summary>One attempt, within its epoch until it is answered: the fence waits for it.</summary>
    private async Task<(WriteOutcome Outcome, long Epoch)> Ask(EpochScope scope, WriteRequest request, WriteContext write)
    {
        try
        {
            // Not cancelled with the client: a change that was handed over runs to its end.
            return (await _sessions.Of(request.Id).Write(request.Change, write, CancellationToken.None).WaitAsync(Repetition.AttemptPatience, time), write.Epoch);
        }
        finally
        {
            scope.Leave();
        }
    }

    /// <summary>In an emergency there is no side to choose, and nobody to ask.</summary>
    public async Task<bool> ForwardedInEmergency(HttpContext context)
    {
        if (emergency.Current is null) return false;
        // Dual-write is not turned on, once the emergency is over, before the last of these has been answered.
        var scope = lease.Enter();
        try
        {
            if (emergency.Current is null) return false;
            context.Response.Headers[SessionResponse.Emergency] = Side.Python.Wire();
            await legacy.Forward(context, scope?.State.Epoch ?? 0);
            return true;
        }
        finally
        {
            scope?.Leave();
        }
    }

    /// <summary>With dual-write off before cutover legacy is the only side there is.</summary>
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
            catch (Exception e) when (Unanswered.OrRefused(e, cancellationToken))
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

    private static Side Lead(RolloutState rollout) =>
        rollout.DualWrite is { Enabled: true, Mode: DualWriteMode.PythonLeads } && !rollout.AfterCutover ? Side.Python : Side.Go;

    private ValueTask<SessionSnapshot> Snapshot(string id, long epoch, CancellationToken cancellationToken) =>
        local.Reader(id, epoch) is { NeedsAdoption: false } snapshot ? new(snapshot) : new(Ask(id, epoch, cancellationToken));

    private Task<SessionSnapshot> Ask(string id, long epoch, CancellationToken cancellationToken)
    {
        var grain = _sessions.Of(id);
        return Asked(
            async () =>
            {
                var snapshot = await grain.Read(epoch).AsTask().WaitAsync(Repetition.AttemptPatience, time, cancellationToken);
                return snapshot.NeedsAdoption ? await grain.Adopt(epoch, cancellationToken).WaitAsync(Repetition.AttemptPatience, time, cancellationToken) : snapshot;
            },
            cancellationToken);
    }

    private Task<string> IdMember(CancellationToken cancellationToken) =>
        Asked(() => grains.GetGrain<ISessionListGrain>(0).IdMember(cancellationToken).WaitAsync(Repetition.AttemptPatience, time, cancellationToken), cancellationToken);

    private async Task<T> Asked<T>(Func<Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await Repetition.OfRead(read, Repetition.Silence, time, cancellationToken);
        }
        catch (LegacyUnavailableException e)
        {
            throw new LeadUnavailableException(Side.Python, e.Message);
        }
    }
}
