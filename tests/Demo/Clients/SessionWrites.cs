using System.Text.Json.Nodes;
using GaiaOrleans.Demo.Journals;

namespace GaiaOrleans.Demo.Clients;

/// <summary>One write until it is answered definitely: the same request under the same Idempotency-Key, journaled before and after.</summary>
internal sealed class SessionWrites(SessionRequests requests, SessionReads reads, OwnedSessions sessions, Journal journal, Tally tally, Outages outages, TimeProvider time)
{
    /// <summary>Whether writes go to both sides by now. Before that GAIA_HOME answers alone, and it knows no PATCH.</summary>
    public bool Dual { get; private set; }

    /// <param name="session">What is written.</param>
    /// <param name="mark">What the session shall show afterwards; null = deleted.</param>
    /// <param name="key">Unique per write.</param>
    public async Task Write(OwnedSession session, HttpMethod method, JsonObject? body, SessionMark? mark, string key)
    {
        journal.Append(new(JournalEvent.Invoked, time.GetUtcNow(), session.Id) { Key = key, Operation = method.Method, Mark = mark });
        var (verdict, answer) = await UntilDefinite(session, method, body, key);
        var outcome = verdict switch
        {
            Verdict.Done => JournalEvent.Acknowledged,
            Verdict.Unknown => JournalEvent.Unknown,
            _ => JournalEvent.Refused,
        };
        journal.Append(new(outcome, time.GetUtcNow(), session.Id) { Key = key, Status = answer.Status, Detail = answer.Code });
        switch (outcome)
        {
            case JournalEvent.Acknowledged:
                (session.Exists, session.Mark) = (mark is not null, mark);
                Dual = answer.DualWrite is not null and not "off";
                tally.Acknowledged(answer);
                sessions.Written(session);
                break;
            case JournalEvent.Unknown:
                tally.Unknown();
                sessions.Retire(session);
                break;
            default:
                tally.Refused();
                if (answer.Status == 404 && session.Exists)
                    reads.Stale(session, $"{method} answered 404");
                break;
        }
    }

    private async Task<(Verdict, Answer)> UntilDefinite(OwnedSession session, HttpMethod method, JsonObject? body, string key)
    {
        var started = time.GetTimestamp();
        var doubtful = false;
        while (true)
        {
            var answer = await requests.Send(method, session.Id, body, key);
            outages.Observe(session.Id, answer);
            doubtful |= answer.Verdict == Verdict.Unknown;
            if (answer.Verdict == Verdict.Done)
                return (Verdict.Done, answer);
            if (answer.Verdict == Verdict.Refused)
                return (Settled(doubtful, method, answer), answer);
            if (time.GetElapsedTime(started) > Retry.Patience)
                return (doubtful ? Verdict.Unknown : Verdict.NotDone, answer);
            await Retry.Pause(answer, time);
        }
    }

    /// <summary>
    /// After an attempt that may have taken effect, "exists already" and "not there" say that it did: nobody else writes this id.
    /// GAIA_HOME answers so, which knows no Idempotency-Key. Any other refusal leaves the first attempt in doubt.
    /// </summary>
    private static Verdict Settled(bool doubtful, HttpMethod method, Answer answer) => (doubtful, answer.Status) switch
    {
        (false, _) => Verdict.Refused,
        (true, 409) when method == HttpMethod.Post => Verdict.Done,
        (true, 404) when method == HttpMethod.Delete => Verdict.Done,
        _ => Verdict.Unknown,
    };
}
