using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Grains.Guard;

/// <summary>When the guard speaks up. Section <c>Rollout:Guard</c>.</summary>
public sealed class GuardOptions : IValidatableObject
{
    /// <summary>How long a time is looked at, in whole minutes and the present one. Default: 5 min.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "01:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>A side with fewer requests in that time is not judged. Default: 100.</summary>
    [Range(1, 1_000_000)]
    public int MinSample { get; set; } = 100;

    /// <summary>Error rate of a side above which somebody should look, 0 to 1. Default: 0.01.</summary>
    [Range(0d, 1d)]
    public double Investigate { get; set; } = 0.01;

    /// <summary>Error rate of a side above which the rollout pauses, 0 to 1. Default: 0.05.</summary>
    [Range(0d, 1d)]
    public double Pause { get; set; } = 0.05;

    /// <summary>Sync lag (p95, milliseconds) above which somebody should look. Default: 100.</summary>
    [Range(1d, 3_600_000d)]
    public double LagMs { get; set; } = 100;

    /// <summary>
    /// With a pause go back to the percentage before, when the errors are the target's and GAIA_HOME's own rate is known to be lower. Default: false.
    /// </summary>
    public bool AutoRollback { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Pause <= Investigate)
            yield return new("Rollout:Guard:Pause must be greater than Rollout:Guard:Investigate (environment: Rollout__Guard__Pause, Rollout__Guard__Investigate).", [nameof(Pause)]);
    }
}

[OptionsValidator]
public sealed partial class GuardOptionsValidator : IValidateOptions<GuardOptions>;
