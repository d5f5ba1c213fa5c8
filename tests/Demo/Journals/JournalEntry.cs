using System.Text.Json.Serialization;

namespace GaiaOrleans.Demo.Journals;

/// <summary>
/// One line of the journal. `invoked` stands before the first byte is sent, exactly one of `acknowledged`, `refused`, `unknown`
/// after it; an invoked write without one is unknown. `outage` and `stale` are what the clients saw beside their writes.
/// </summary>
internal sealed record JournalEntry(JournalEvent Event, DateTimeOffset At, string Id)
{
    /// <summary>The Idempotency-Key, the same for every attempt of one write.</summary>
    public string? Key { get; init; }

    public string? Operation { get; init; }

    /// <summary>On `invoked`: what the session shall be; absent = deleted.</summary>
    public SessionMark? Mark { get; init; }

    public int? Status { get; init; }

    /// <summary>On `outage`: when the first request that failed was sent; `At` is when the session was served again.</summary>
    public DateTimeOffset? From { get; init; }

    public int? Failures { get; init; }

    public string? Detail { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<JournalEvent>))]
internal enum JournalEvent
{
    [JsonStringEnumMemberName("invoked")]
    Invoked,
    [JsonStringEnumMemberName("acknowledged")]
    Acknowledged,
    [JsonStringEnumMemberName("refused")]
    Refused,
    [JsonStringEnumMemberName("unknown")]
    Unknown,
    [JsonStringEnumMemberName("outage")]
    Outage,
    [JsonStringEnumMemberName("stale")]
    Stale,
}
