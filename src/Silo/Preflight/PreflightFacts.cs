using GaiaOrleans.Silo.Legacy;

namespace GaiaOrleans.Silo.Preflight;

/// <summary>What one look at a GAIA_HOME saw. Facts only; what they mean is for <see cref="PreflightFindings"/> to say. Null = not seen.</summary>
internal sealed record PreflightFacts
{
    public required string Legacy { get; init; }

    public required DateTimeOffset CheckedAt { get; init; }

    /// <summary>It answered something, whatever that was.</summary>
    public bool Reachable { get; init; }

    public double TookMs { get; init; }

    /// <summary>The time limit ended it: what is missing was not looked at.</summary>
    public bool OutOfTime { get; init; }

    public Look? Health { get; init; }

    public AuthFacts? Auth { get; init; }

    public ListFacts? List { get; init; }

    public RecordFacts? Records { get; init; }

    public ReadFacts? Reads { get; init; }

    /// <summary>What reading a session that cannot exist answered.</summary>
    public Look? UnknownId { get; init; }

    public MethodFacts? Methods { get; init; }

    public Latency? ListPageLatency { get; init; }

    public Latency? SingleReadLatency { get; init; }

    /// <summary>Sessions per second, one page after the other.</summary>
    public double? ListedPerS { get; init; }

    public int Requests { get; init; }

    /// <summary>Answered 5xx or not at all, also those that a second try mended.</summary>
    public int FailedRequests { get; init; }
}

/// <summary>One request.</summary>
/// <param name="Allow">Header <c>Allow</c>.</param>
/// <param name="FromResource">Empty or JSON: GAIA_HOME itself, and no web server's page.</param>
/// <param name="Answer">The start of the body.</param>
internal sealed record Look(int? Status, double LatencyMs, string? Allow = null, bool FromResource = false, string? Answer = null, Trouble? Trouble = null)
{
    private const int Shown = 200;

    public static Look Of(LegacyReply reply, double latencyMs) =>
        new(reply.Status, latencyMs, reply.Allow, reply.FromResource(), reply.Text.Length <= Shown ? reply.Text : reply.Text[..Shown] + "…");
}

/// <summary>Why there was no usable answer, in the words of the adapter.</summary>
internal sealed record Trouble(string Code, string Reason);

/// <param name="Accepted">Null = nothing said so, either way.</param>
/// <param name="Challenge">Header <c>WWW-Authenticate</c>.</param>
internal sealed record AuthFacts(string Configured, bool? Accepted, string? Challenge);

/// <summary>The list as far as it was read.</summary>
internal sealed record ListFacts
{
    public int? Status { get; init; }

    /// <summary>Why it could not be read, or not to its end.</summary>
    public Trouble? Trouble { get; init; }

    /// <summary>Where it points instead.</summary>
    public string? Location { get; init; }

    /// <summary>One of <see cref="ListShape"/>.</summary>
    public string? Shape { get; init; }

    /// <summary>One of <see cref="ListPaging"/>.</summary>
    public string? Paging { get; init; }

    public int AskedPerPage { get; init; }

    /// <summary>Of the fullest page.</summary>
    public int? PerPage { get; init; }

    /// <summary>As GAIA_HOME tells it, or counted when the list was read to its end.</summary>
    public long? Total { get; init; }

    public int Pages { get; init; }

    public int Sessions { get; init; }

    /// <summary><c>end</c>, <c>sample</c>, <c>time_limit</c> or <c>trouble</c>; null = not begun.</summary>
    public string? Stopped { get; init; }

    /// <summary>The member that ids are taken from.</summary>
    public string? IdField { get; init; }

    /// <summary>Ids are only the keys of the map.</summary>
    public bool KeyedOnly { get; init; }
}

/// <summary>How a list is continued.</summary>
internal static class ListPaging
{
    /// <summary>It is whole, whatever is asked for.</summary>
    public const string None = "none";
    public const string Cursor = "cursor";
    public const string Link = "link";
    public const string Page = "page";

    /// <summary>It obeys the limit and does not say how it goes on: the last id is tried.</summary>
    public const string Silent = "silent";

    public static string? Of(ListAnswer answer, LegacyReply reply, int asked) => answer.Records.Count > asked ? None
        : reply.NextCursor is not null || answer.NextCursor(null) is not null ? Cursor
        : reply.NextLink is not null ? Link
        : answer.Paging(asked: 1) is not null ? Page
        : answer.Records.Count == 0 ? null
        : Silent;
}

/// <param name="Collection">OPTIONS of <c>/api/sessions</c>.</param>
/// <param name="Session">OPTIONS of one session; of one that cannot exist where none is listed.</param>
internal sealed record MethodFacts(Look Collection, Look Session);

/// <summary>Exact, from every single measurement.</summary>
internal sealed record Latency(int Count, double P50Ms, double P95Ms, double MaxMs)
{
    /// <summary>Null without a measurement.</summary>
    public static Latency? Of(IEnumerable<double> milliseconds)
    {
        var sorted = milliseconds.Order().ToArray();
        return sorted.Length == 0 ? null : new(sorted.Length, At(0.5), At(0.95), Math.Round(sorted[^1], 2));

        double At(double share) => Math.Round(sorted[(int)Math.Ceiling(share * sorted.Length) - 1], 2);
    }
}
