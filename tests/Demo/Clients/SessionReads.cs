using System.Text.Json;
using GaiaOrleans.Demo.Journals;

namespace GaiaOrleans.Demo.Clients;

/// <summary>Reads one session and holds the answer against the last acknowledged write.</summary>
internal sealed class SessionReads(SessionRequests requests, Journal journal, Tally tally, Outages outages, TimeProvider time)
{
    /// <summary>The document, or null when there is none or no answer came within the patience.</summary>
    public async Task<JsonElement?> Read(OwnedSession session)
    {
        var started = time.GetTimestamp();
        var answer = await Attempt(session);
        if (IsImproper(answer))
            answer = await Attempt(session);
        if (IsImproper(answer))
            tally.ReadError();
        while (IsImproper(answer) && time.GetElapsedTime(started) < Retry.Patience)
        {
            // A read does no harm, so it is repeated quickly: the span measured is the service's, not that of our waiting.
            await Retry.Soon(time);
            answer = await Attempt(session);
        }
        if (IsImproper(answer))
            return null;
        tally.Read(answer);
        Judge(session, answer);
        return answer.Status == 200 ? answer.Body : null;
    }

    private async Task<Answer> Attempt(OwnedSession session)
    {
        var answer = await requests.Send(HttpMethod.Get, session.Id, null, null);
        outages.Observe(session.Id, answer);
        return answer;
    }

    private static bool IsImproper(Answer answer) => !(answer.Status == 404 || answer is { Status: 200, Body.ValueKind: JsonValueKind.Object });

    private void Judge(OwnedSession session, Answer answer)
    {
        var (found, seen) = answer.Body is { } body && answer.Status == 200 ? (true, SessionMark.Of(body)) : (false, null);
        if (found == session.Exists && (session.Mark is null || session.Mark == seen))
            return;
        Stale(session, $"read by {answer.ServedBy ?? "?"}: {(found ? seen?.ToString() ?? "no mark" : "404")}");
    }

    public void Stale(OwnedSession session, string seen)
    {
        tally.StaleRead();
        var expected = !session.Exists ? "deleted" : session.Mark?.ToString() ?? "existing";
        journal.Append(new(JournalEvent.Stale, time.GetUtcNow(), session.Id) { Detail = $"expected {expected}, {seen}" });
    }
}
