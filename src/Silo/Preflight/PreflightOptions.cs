using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Silo.Preflight;

/// <summary>How far a probe of GAIA_HOME goes. Section <c>Preflight</c>.</summary>
public sealed class PreflightOptions
{
    /// <summary>Longest a probe may take in all. Default: 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "00:10:00")]
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many listed sessions are looked at where the caller names no number. Default: 2000.</summary>
    [Range(1, MostSessions)]
    public int Sample { get; set; } = 2_000;

    /// <summary>How many of them are also read alone, twice. Default: 24.</summary>
    [Range(1, 1_000)]
    public int SingleReads { get; set; } = 24;

    internal const int MostSessions = 1_000_000;
}

[OptionsValidator]
internal sealed partial class PreflightOptionsValidator : IValidateOptions<PreflightOptions>;
