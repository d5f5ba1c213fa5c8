using LegacyAuth = GaiaOrleans.Gateway.Legacy.LegacyAuth;

namespace GaiaOrleans.Silo.Legacy;

/// <summary>GAIA_HOME: where it is, how it wants to be asked, and how long it may take. Section <c>Legacy</c>.</summary>
public sealed class LegacyOptions
{
    /// <summary>Absolute http or https address, with a path when GAIA_HOME lives under one. Required.</summary>
    public string BaseUrl { get; set; } = "";

    /// <summary>How the credential is shown: none, bearer, api_key, session_id, basic or cookie (<c>gaia_token</c>). Default: none.</summary>
    public string Auth { get; set; } = LegacyAuth.None;

    /// <summary>Token, key or session; <c>user:password</c> for basic. Required unless <see cref="Auth"/> is none.</summary>
    public string Credential { get; set; } = "";

    /// <summary>Shape of <c>GET /api/sessions</c>: array, sessions, map, items, or auto to go by the answer. Default: auto.</summary>
    public string ListShape { get; set; } = Auto;

    /// <summary>
    /// The member that GAIA_HOME takes ids from: id, session_id, session_name, name, or auto to find it by reading. A GAIA_HOME without any
    /// session shows nothing to find it by: then auto means id. Default: auto.
    /// </summary>
    public string IdField { get; set; } = Auto;

    /// <summary>
    /// Members that GAIA_HOME sets by itself on every write: they do not make a document a changed one, so none that clients change may be
    /// among them where <see cref="DirectWriters"/> is true. Default: updated_at.
    /// </summary>
    public IList<string> StampedFields { get; set; } = [];

    /// <summary>
    /// Whether clients also write to GAIA_HOME directly, past the gateways. Then it is read before each write, and what somebody else changed is
    /// a conflict instead of being overwritten. Default: false.
    /// </summary>
    public bool DirectWriters { get; set; }

    /// <summary>Sessions asked for per list page. Default: 1000.</summary>
    public int PageSize { get; set; } = 1_000;

    /// <summary>Longest wait for one answer to a single request. <c>DUAL_WRITE_TIMEOUT_MS</c> sets it. Default: 2 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest a read, write or delete may take in all, with what follows a 404, 409 or retry. With Sessions:SendWithin below Sessions:SendLease. Default: 3.3 s.</summary>
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromSeconds(3.3);

    /// <summary>Longest wait for one list page, which may be GAIA_HOME's whole list. Default: 60 s.</summary>
    public TimeSpan ListTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Requests about single sessions in flight at once. Default: 64.</summary>
    public int MaxConcurrent { get; set; } = 64;

    /// <summary>Requests that may wait for a free place; those beyond it fail at once, unsent. Default: 1000.</summary>
    public int MaxWaiting { get; set; } = 1_000;

    /// <summary>Longest answer about a single session, in bytes; a longer one is cut off and refused. Default: 8 MiB.</summary>
    public int MaxBodyBytes { get; set; } = 8 << 20;

    /// <summary>Longest answer to a list, in bytes. Default: 512 MiB.</summary>
    public int MaxListBytes { get; set; } = 512 << 20;

    /// <summary>When requests stop being sent for a while.</summary>
    public LegacyBreakerOptions Breaker { get; set; } = new();

    internal const string Auto = "auto";
}

/// <summary>When GAIA_HOME counts as down. Section <c>Legacy:Breaker</c>.</summary>
public sealed class LegacyBreakerOptions
{
    /// <summary>Share of failed requests (0–1) that opens the circuit. Default: 0.5.</summary>
    public double FailureRatio { get; set; } = 0.5;

    /// <summary>The window over which the share is taken. Default: 5 s.</summary>
    public TimeSpan Sampling { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>With fewer requests in the window the circuit stays closed. Default: 10.</summary>
    public int MinimumThroughput { get; set; } = 10;

    /// <summary>How long it stays open before one request may try again; a rollback may have to wait for it. Default: 1 s.</summary>
    public TimeSpan Break { get; set; } = TimeSpan.FromSeconds(1);
}
