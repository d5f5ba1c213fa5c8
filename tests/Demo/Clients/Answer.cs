using System.Text.Json;

namespace GaiaOrleans.Demo.Clients;

/// <summary>One attempt's answer; status 0 = none came (connection refused or broken, or no answer in time).</summary>
internal sealed record Answer(int Status, long SentAt, TimeSpan Took)
{
    public JsonElement? Body { get; init; }

    /// <summary>`code` of the problem details.</summary>
    public string? Code { get; init; }

    public string? ServedBy { get; init; }

    public string? DualWrite { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The service failed the caller: not served, whatever the reason.</summary>
    public bool Failed => Status is 0 or 429 or >= 500;

    public Verdict Verdict => Status switch
    {
        >= 200 and < 300 => Verdict.Done,
        429 => Verdict.NotDone,
        503 when Code is "lead_unavailable" or "closing" or "rate_limited" or "no_quorum" => Verdict.NotDone,
        0 or 408 or >= 500 => Verdict.Unknown,
        _ => Verdict.Refused,
    };
}

/// <summary>What an answer says about a write: NotDone = certainly not, ask again; Unknown = perhaps, ask again with the same key.</summary>
internal enum Verdict { Done, NotDone, Unknown, Refused }
