using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>How the rollout is coordinated. Section <c>Rollout</c>.</summary>
public sealed class RolloutOptions
{
    /// <summary>A rehearsal: soaks shrink to seconds and attestations are taken as given. Every answer of status and history says so. Default: false.</summary>
    public bool Rehearsal { get; set; }

    /// <summary>How long a process may act on a reading of the rollout row, on its monotonic clock from before the read. Default: 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.200", "00:00:30")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the reading is renewed. Default: 500 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:00:10")]
    public TimeSpan Renew { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Added to the lease for clocks that run at different speeds. Default: 250 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:05")]
    public TimeSpan Margin { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a dual-write change waits for every gateway before it is taken back. Default: 3 s, as long as gateways hold writes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.200", "00:00:30")]
    public TimeSpan CloseWithin { get; set; } = TimeSpan.FromSeconds(3);
}

[OptionsValidator]
public sealed partial class RolloutOptionsValidator : IValidateOptions<RolloutOptions>;
