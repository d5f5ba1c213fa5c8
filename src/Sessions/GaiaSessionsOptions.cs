using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Sessions;

/// <summary>How a service calls sessions. Section <c>GaiaSessions</c>; where the cluster and GAIA_HOME are is in <c>Gaia</c>, <c>Postgres</c> and <c>Legacy</c>, as for a gateway.</summary>
public sealed class GaiaSessionsOptions
{
    /// <summary>
    /// How long a call that was answered "not now" is repeated before its caller hears of it: 503 and 429, with their own pauses. Zero: never.
    /// What one attempt takes is not limited by it, but by the caller's token. Default: 15 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(15);
}

[OptionsValidator]
internal sealed partial class GaiaSessionsOptionsValidator : IValidateOptions<GaiaSessionsOptions>;
