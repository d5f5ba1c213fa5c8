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

    /// <summary>Makes every other silo that may have the session release it. Default: there is no other silo.</summary>
    public Func<string, Task> Others { get; set; } = static _ => Task.CompletedTask;

    /// <summary>What <see cref="ISessionGrain.Read"/> would answer; null = ask it.</summary>
    public SessionSnapshot? Read(string id, long epoch)
    {
        if (!_sessions.TryGetValue(id, out var session) || session.Held is not { Incarnation: not 0 } held) return null;
        // Looked at after the state: a lease that holds now held when that was the last one.
        if (lease.Known(epoch) is not { } rollout || rollout.Incarnation != held.Incarnation) return null;
        var now = time.GetTimestamp();
        return time.GetElapsedTime(session.UsedAt, now) < UnusedAtMost ? held.Show(rollout, now) : null;
    }

    /// <summary>
    /// Whoever speaks for the session on this silo stops. When this completes it answers nobody any more, and stores nothing. Asked once more, by another
    /// way, it waits as long.
    /// </summary>
    /// <returns>Whether there is anybody: also one that is ending, or has been released before.</returns>
    public async Task<bool> Release(string id)
    {
        if (!_sessions.TryGetValue(id, out var session)) return false;
        await session.Release();
        return true;
    }

    /// <summary>
    /// From here on the session is spoken for here, and when this completes by nobody else. Orleans knows one activation of a session, but a directory that is
    /// being recovered passes over those that are ending, and what is read here is read from memory: so whoever has it is asked, and not only the directory.
    /// </summary>
    internal async Task Claim(string id, PresentSession session)
    {
        PresentSession? before = null;
        _sessions.AddOrUpdate(id, session, (_, present) =>
        {
            before = present;
            return session;
        });
        var replaced = before is null ? Task.CompletedTask : session.Replace(before);
        var others = Others(id);
        await replaced;
        await others;
    }

    /// <summary>It is not read from here any more when this returns, nor by whoever has found it before.</summary>
    internal void Leave(string id, PresentSession session)
    {
        session.Held = null;
        _sessions.TryRemove(new(id, session));
    }
}
