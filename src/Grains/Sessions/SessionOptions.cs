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
}

[OptionsValidator]
public sealed partial class SessionOptionsValidator : IValidateOptions<SessionOptions>;
