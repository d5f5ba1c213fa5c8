using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Gateway;

/// <summary>A gateway process. Section <c>Gateway</c>.</summary>
public sealed class GatewayOptions
{
    /// <summary>Unique per gateway; a new process under the same name replaces the one before. Default: the host's name and the port it listens on.</summary>
    [MinLength(1)]
    public string? Name { get; set; }

    /// <summary>
    /// How long a reading of the rollout may be acted upon, on the monotonic clock from before the read; at most the cluster's
    /// <c>Rollout:Lease</c>, whatever is set here. Default: 2 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.200", "00:00:30")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the reading is renewed. Default: 500 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:00:10")]
    public TimeSpan Renew { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a write is held while dual-write is being switched, before it is answered 503. Default: 3 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:30")]
    public TimeSpan HoldWrites { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long a process that was asked to stop goes on serving while it says that it is not ready: as long as load balancers take to see it. A
    /// silo's grains leave after that. Default: 2 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:30")]
    public TimeSpan Drain { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Serve reads from legacy, marked X-Gaia-Stale, when the lease is lost while dual-write is on. Default: false.</summary>
    public bool AllowStaleReads { get; set; }

    /// <summary>
    /// Where this gateway remembers that it is in emergency, through restarts; written only then. Give it a path that outlives the process, in a
    /// container a volume. Default: gaia-orleans/gateway-NAME-ADDRESS.json among the account's local application data.
    /// </summary>
    [MinLength(1)]
    public string? StateFile { get; set; }

    /// <summary>The largest body of a session. Default: 1 MiB.</summary>
    [Range(1_024, 16 * 1_048_576)]
    public int MaxBodyBytes { get; set; } = 1_048_576;

    /// <summary>
    /// Share (0 to 1) of the answered reads of single sessions that are compared with the other side afterwards. Differences are validation
    /// errors of source <c>shadow</c>; no client waits for it. Default: 0.
    /// </summary>
    [Range(0d, 1d)]
    public double ShadowRate { get; set; }

    /// <summary>The same for the reads that one side served, in place of <see cref="ShadowRate"/>. Default: none.</summary>
    [ValidateObjectMembers]
    public ShadowRates ShadowRates { get; set; } = new();

    /// <summary>Sampled reads that may wait to be compared; those beyond it are dropped and counted. Default: 1000.</summary>
    [Range(1, 1_000_000)]
    public int ShadowQueue { get; set; } = 1_000;

    /// <summary>How many sampled reads are compared at once. Default: 4.</summary>
    [Range(1, 64)]
    public int ShadowParallel { get; set; } = 4;
}

/// <summary>Shares by the side that served the read. Section <c>Gateway:ShadowRates</c>.</summary>
public sealed class ShadowRates
{
    /// <summary>Of the reads that the target served, 0 to 1. Default: <c>Gateway:ShadowRate</c>.</summary>
    [Range(0d, 1d)]
    public double? Go { get; set; }

    /// <summary>Of the reads that GAIA_HOME served, 0 to 1. Default: <c>Gateway:ShadowRate</c>.</summary>
    [Range(0d, 1d)]
    public double? Python { get; set; }
}

[OptionsValidator]
public sealed partial class GatewayOptionsValidator : IValidateOptions<GatewayOptions>;

/// <summary>Where requests of the legacy cohort go. Section <c>Legacy</c>.</summary>
public sealed class LegacyTarget
{
    /// <summary>Base URL of GAIA_HOME, for example http://gaia_home:5000. Required.</summary>
    [Required(ErrorMessage = "Legacy:BaseUrl is not set. Set it through the environment: Legacy__BaseUrl=http://gaia_home:5000")]
    [Url(ErrorMessage = "Legacy:BaseUrl must be an absolute http or https URL (environment: Legacy__BaseUrl).")]
    public string BaseUrl { get; set; } = "";

    /// <summary>
    /// Shape of <c>GET /api/sessions</c>, which lists keep when the cluster serves them: array, sessions, map, items, or auto to go by GAIA_HOME's
    /// answer. A gateway that starts after GAIA_HOME was switched off has none to go by, and answers arrays. Default: auto.
    /// </summary>
    [AllowedValues(
        Legacy.ListShape.Auto, Legacy.ListShape.Array, Legacy.ListShape.Sessions, Legacy.ListShape.Map, Legacy.ListShape.Items,
        ErrorMessage = "Legacy:ListShape must be one of auto, array, sessions, map, items (environment: Legacy__ListShape).")]
    public string ListShape { get; set; } = Legacy.ListShape.Auto;

    /// <summary>
    /// How long GAIA_HOME may take to begin its answer to what is forwarded to it, and for a whole list where what it lacks is put in. A write that takes longer is
    /// answered 503 <c>outcome_unknown</c>. A silo goes by it for its own lists as well. Default: 60 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00", ErrorMessage = "Legacy:ListTimeout must be from a millisecond to a day (environment: Legacy__ListTimeout=00:01:00).")]
    public TimeSpan ListTimeout { get; set; } = TimeSpan.FromSeconds(60);
}

[OptionsValidator]
public sealed partial class LegacyTargetValidator : IValidateOptions<LegacyTarget>;
