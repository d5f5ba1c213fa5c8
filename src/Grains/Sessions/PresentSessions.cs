using System.Collections.Concurrent;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Rollouts;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>
/// The sessions that live on this silo, to be read by the gateway in the same process. What such a read would be told by the session is what it last
/// committed and whether this silo's lease holds, and both can be seen from here without a message and two turns of the thread pool.
/// </summary>
public sealed class PresentSessions(SiloLease lease, TimeProvider time)
{
    /// <summary>
    /// Now and then a reader goes the other way. What is only read here would be idle to Orleans, which would take it from memory; and an activation that
    /// hangs in a call is replaced by Orleans without being told.
    /// </summary>
    internal static readonly TimeSpan UnusedAtMost = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, PresentSession> _sessions = new(StringComparer.Ordinal);

    /// <summary>What <see cref="ISessionGrain.Read"/> would answer; null = ask it.</summary>
    public SessionSnapshot? Read(string id, long epoch)
    {
        if (!_sessions.TryGetValue(id, out var session) || session.Held is not { Incarnation: not 0 } held) return null;
        // Looked at after the state: a lease that holds now held when that was the last one.
        if (lease.Known(epoch) is not { } rollout || rollout.Incarnation != held.Incarnation) return null;
        var now = time.GetTimestamp();
        return time.GetElapsedTime(session.UsedAt, now) < UnusedAtMost ? held.Show(rollout, now) : null;
    }

    internal void Enter(string id, PresentSession session) => _sessions[id] = session;

    /// <summary>It is not read from here any more when this returns, nor by whoever has found it before.</summary>
    internal void Leave(string id, PresentSession session)
    {
        session.Held = null;
        _sessions.TryRemove(new(id, session));
    }
}
