using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Rollouts;

namespace GaiaOrleans.Gateway.Sessions;

/// <summary>Reads: by either side, and under one epoch until it is known what is answered.</summary>
public sealed partial class SessionRouter
{
    public async Task Read(HttpContext context)
    {
        if (await ForwardedInEmergency(context)) return;
        string id;
        SessionSnapshot snapshot;
        while (true)
        {
            var scope = await Enter(context.RequestAborted);
            var inside = true;
            try
            {
                var rollout = scope.State;
                if (MayForward(rollout))
                {
                    inside = false;
                    await Forward(context, scope);
                    return;
                }

                if (!lease.Held)
                {
                    await ServeStale(context, rollout);
                    return;
                }

                SessionResponse.Mark(context, Side.Go, rollout.Epoch);
                id = SessionPath.IdOf(context);
                try
                {
                    snapshot = await Snapshot(id, rollout.Epoch, context.RequestAborted);
                }
                // It cannot be adopted, for what it holds cannot be stored here. It lacks nothing, and legacy shows it as it always has.
                catch (LeadUnavailableException e) when (e.Side == Side.Python && rollout.Phase != RolloutPhase.Completed && SplitRule.SideOf(id, rollout) == Side.Python)
                {
                    if (IsOver(scope)) continue;
                    inside = false;
                    await Forward(context, scope);
                    return;
                }

                if (IsOver(scope)) continue;
                shadow.Follow(context, rollout, id, snapshot.Version);
                // A pending change is on the target only: nobody reads past an acknowledged write.
                if (!snapshot.Pending && rollout.Phase != RolloutPhase.Completed && SplitRule.SideOf(id, rollout) == Side.Python)
                {
                    inside = false;
                    await Forward(context, scope, snapshot.Version);
                    return;
                }

                break;
            }
            finally
            {
                if (inside) scope.Leave();
            }
        }

        await SessionResponse.Write(context, snapshot, id);
    }

    /// <summary>
    /// A read is passed on unseen. No lease is needed for it, because turning dual-write on needs this gateway's word; once that has been given, it is.
    /// </summary>
    public bool MayForward(RolloutState rollout) => ForwardsOnly(rollout) && (!rollout.DualWrite.Closing || lease.Held);

    /// <summary>What a request has waited for took so long that a change of the rollout may have stopped waiting for it: it is decided anew, by what holds now.</summary>
    public bool IsOver(EpochScope scope) => scope.Retired || !lease.Held;

    /// <summary>Until GAIA_HOME begins to answer: a client that is slow to take what it asked for holds up no change of the rollout.</summary>
    /// <param name="scope">Left here.</param>
    public async Task Forward(HttpContext context, EpochScope scope, long? version = null)
    {
        var left = 0;
        try
        {
            await legacy.Forward(context, scope.State.Epoch, version, Leave);
        }
        finally
        {
            Leave();
        }

        void Leave()
        {
            if (Interlocked.Exchange(ref left, 1) == 0) scope.Leave();
        }
    }

    private async Task ServeStale(HttpContext context, RolloutState rollout)
    {
        if (!options.Value.AllowStaleReads || rollout.AfterCutover) throw new LeaseLostException();
        context.Response.Headers[SessionResponse.Stale] = "possible";
        await legacy.Forward(context, rollout.Epoch);
    }
}
