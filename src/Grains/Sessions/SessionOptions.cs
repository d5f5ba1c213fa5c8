using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Grains.Sessions;

/// <summary>How sessions behave. Section <c>Sessions</c>.</summary>
public sealed class SessionOptions
{
    /// <summary>
    /// How long a request to legacy may be in flight after the commit that allowed it. It must be longer than the legacy client's own
    /// total timeout, because nothing else fences a side that cannot compare versions. Default: 4 seconds.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "00:02:00")]
    public TimeSpan SendLease { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>
    /// How long a commit may take and its send still follow at once. A slower one leaves too little of its lease for legacy's own timeout:
    /// repair takes a new lease and sends. Together with legacy's total timeout it stays below <see cref="SendLease"/>. Default: 600 ms.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan SendWithin { get; set; } = TimeSpan.FromMilliseconds(600);

    /// <summary>
    /// How long a request that legacy did not answer may still be carried out there, after later ones: so long the target alone serves the session, and
    /// the first read after that looks at legacy once more. Longer than GAIA_HOME may stand still. Default: 30 seconds.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan LateRequests { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long GAIA_HOME may refuse a change with 409, eight times at least, until that is no longer sent again but an open conflict, as any other refusal of its is
    /// at once. Default: 1 minute.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan LastingRefusal { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The largest session that a merge may make, in bytes of JSON; one that is larger already may still shrink or stay. Below
    /// <c>Legacy:MaxBodyBytes</c>, or legacy could not be read any more. Default: 1 MiB.
    /// </summary>
    [Range(1_024, 16 * 1_048_576)]
    public int MaxDocumentBytes { get; set; } = 1_048_576;
}

[OptionsValidator]
public sealed partial class SessionOptionsValidator : IValidateOptions<SessionOptions>;
