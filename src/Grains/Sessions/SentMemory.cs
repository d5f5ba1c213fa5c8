using System.Collections.Immutable;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>What a session remembers of its latest changes: what legacy may show of them, and which requests have taken effect.</summary>
internal static class SentMemory
{
    private const int SendsKept = 4;

    // Of changes that legacy has not acknowledged, or may carry out late: any of them may be what it shows, however many came after it.
    private const int UncertainSendsKept = 32;

    // Of those that were sent and not answered, the newest, for a day: what a partition or a proxy has held up for longer than late requests are waited for.
    private const int UnansweredKept = 8;
    private static readonly TimeSpan UnansweredKeptFor = TimeSpan.FromDays(1);

    // Requests that a gateway may still repeat: what they sent is forgotten, that they took effect is not.
    private const int RequestsKept = 32;
    private static readonly TimeSpan RequestsKeptFor = TimeSpan.FromSeconds(10);

    // Many times longer than a gateway repeats a request, where it does not say since when it does.
    private static readonly TimeSpan RepeatHorizon = TimeSpan.FromMinutes(1);

    // By how much two silos' clocks may differ at most.
    private static readonly TimeSpan ClockDifference = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The outcome of an earlier attempt of the same request, if it took effect. A session so busy that its memory does not reach back to the first
    /// attempt answers that it does not know: applying a change twice would be worse.
    /// </summary>
    /// <exception cref="OutcomeUnknownException">The changes remembered are all too recent to tell.</exception>
    public static KeyedOutcome? Earlier(SessionRow row, WriteContext context, Moment moment)
    {
        if (row.RecentSends.FirstOrDefault(s => s.RequestId == context.RequestId) is { } found) return new("", "", found.Status, found.Version, found.At);
        // The first attempt, too, may come after the second: Orleans hands on what waited for a silo that was declared dead. What a partition held up has a key of its own.
        if (context.Attempt == 1) return null;
        if (row.RecentSends.Length < SendsKept) return null;
        var horizon = context.Since is { } since ? since + RequestKey.Age(context, moment.StoreNow) + ClockDifference : RepeatHorizon;
        // It reaches back to the first change that there was, or to before the first attempt. What is kept for want of an answer says nothing of those between.
        if (row.RecentSends.FirstOrDefault(s => s.IsRequest || !s.Unanswered) is { } oldest && (oldest.Version == 1 || moment.Now - oldest.At > horizon)) return null;
        throw new OutcomeUnknownException(row.Id, "the session changed too often since to tell");
    }

    public static ImmutableArray<SentDocument> With(SessionRow row, SentDocument latest)
    {
        var sends = row.RecentSends;
        var intended = sends.Length > 0 && IsIntended(sends[^1], latest);
        if (intended) latest = latest with { Unanswered = sends[^1].Unanswered };
        var earlier = intended ? sends.Length - 1 : sends.Length;
        var kept = ImmutableArray.CreateBuilder<SentDocument>(earlier + 1);
        kept.Add(latest);
        var (requests, unanswered, later, longest) = (latest.IsRequest ? 1 : 0, latest.Unanswered ? 1 : 0, latest, TimeSpan.Zero);
        for (var i = earlier - 1; i >= 0; i--)
        {
            var (sent, newer) = (sends[i], earlier - i);
            var step = later.At - sent.At;
            (later, longest) = (sent, step > longest ? step : longest);
            if (newer < SendsKept || ((sent.Version > row.LegacyVersion || row.LateFor is not null) && newer < UncertainSendsKept)) kept.Add(sent);
            // The longest step of all may be nothing but the difference between the clocks of two silos.
            else if (sent.IsRequest && requests < RequestsKept && latest.At - sent.At - longest < RequestsKeptFor) kept.Add(sent.Hash == SentDocument.Forgotten ? sent : sent with { Hash = SentDocument.Forgotten });
            else if (sent.Unanswered && unanswered < UnansweredKept && latest.At - sent.At < UnansweredKeptFor) kept.Add(sent with { RequestId = Guid.Empty, Status = 0 });
            if (sent.IsRequest) requests++;
            if (sent.Unanswered) unanswered++;
        }

        kept.Reverse();
        return kept.DrainToImmutable();
    }

    /// <summary>What was sent before dual-write was off is nothing that legacy shows late; which requests have taken effect is remembered.</summary>
    public static ImmutableArray<SentDocument> WithoutDocuments(ImmutableArray<SentDocument> sends) => [.. sends.Where(s => s.IsRequest || !s.Unanswered).Select(s => s with { Hash = SentDocument.Forgotten, Unanswered = false })];

    /// <summary>Legacy did not say what became of these, and may carry them out at any time.</summary>
    /// <param name="above">Of changes after this version.</param>
    public static ImmutableArray<SentDocument> NotAnswered(ImmutableArray<SentDocument> sends, long above, long upTo = long.MaxValue) =>
        sends.All(s => s.Unanswered || s.Version <= above || s.Version > upTo) ? sends : [.. sends.Select(s => s.Version > above && s.Version <= upTo && s.Hash != SentDocument.Forgotten ? s with { Unanswered = true } : s)];

    /// <summary>What was found to be unanswered while <paramref name="committed"/> was being stored is not forgotten.</summary>
    public static ImmutableArray<SentDocument> Carry(ImmutableArray<SentDocument> committed, ImmutableArray<SentDocument> meanwhile) =>
        meanwhile.All(m => !m.Unanswered) ? committed : [.. committed.Select(s => meanwhile.Any(m => m.Unanswered && m.Version == s.Version && m.Hash == s.Hash) ? s with { Unanswered = true } : s)];

    /// <summary>A change that legacy has taken first is the one that was intended, and no second.</summary>
    private static bool IsIntended(SentDocument sent, SentDocument latest) => !sent.IsRequest && sent.Version == latest.Version && sent.Hash == latest.Hash;
}
