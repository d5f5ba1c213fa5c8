using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Silo.Cluster;

namespace GaiaOrleans.Silo.Sessions;

/// <summary>
/// What an activation asks of the other silos before it speaks for its session (<see cref="PresentSessions.Claim"/>). Only while the cluster's members have
/// just changed: a directory that nothing has happened to knows one activation.
/// </summary>
internal sealed partial class SessionRelease(LeaseWitnesses peers, IClusterMembershipService membership, TimeProvider time, ILogger<SessionRelease> logger)
{
    /// <summary>How long after a change of members the directory may still be finding out what it has lost.</summary>
    internal static readonly TimeSpan Unsettled = TimeSpan.FromMinutes(1);

    // A silo that answers at all does so within a few; another may reach it where this one does not.
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private MembershipVersion _members;
    private long _changedAt;

    /// <summary>Every other silo that may have the session has released it when this completes, but one that has not answered anybody within half a second.</summary>
    public async Task Everywhere(string session)
    {
        if (Settled()) return;
        var serving = peers.Others().ToList();
        await Task.WhenAll(peers.Holders().Select(other => By(other, [.. serving.Where(s => !s.Equals(other))], session)));
    }

    private async Task By(SiloAddress other, IReadOnlyList<SiloAddress> through, string session)
    {
        var asked = peers.Release(other, session);
        await Task.WhenAny(asked, Task.Delay(Silence, time));
        if (asked is { IsCompletedSuccessfully: true, Result: not null }) return;
        List<Task<bool?>> open = [asked, .. through.Select(witness => peers.ReleaseThrough(witness, other, session))];
        while (open.Count > 0)
        {
            var first = await Task.WhenAny(open);
            open.Remove(first);
            if (await first is not null) return;
        }

        // It may have it, and be storing something. If it has been reached, it tells nobody that this is done.
        LogNotReleased(logger, session, other);
    }

    private bool Settled()
    {
        lock (_gate)
        {
            var members = membership.CurrentSnapshot.Version;
            if (members != _members) (_members, _changedAt) = (members, time.GetTimestamp());
            return time.GetElapsedTime(_changedAt) > Unsettled;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Session {SessionId} is served here although {Silo}, which does not answer, may still have it")]
    private static partial void LogNotReleased(ILogger logger, string sessionId, SiloAddress silo);
}
