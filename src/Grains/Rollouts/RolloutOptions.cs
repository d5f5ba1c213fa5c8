using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>How the rollout is coordinated. Section <c>Rollout</c>.</summary>
public sealed class RolloutOptions
{
    /// <summary>A rehearsal: soaks shrink to seconds and attestations are taken as given. Every answer of status and history says so. Default: false.</summary>
    public bool Rehearsal { get; set; }

    /// <summary>How long a gateway may act on a reading of the rollout row, on its monotonic clock from before the read. A change waits that long for a silent one. Default: 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.200", "00:00:30")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The same for a silo, which renews it four times within that time. The sessions of a silo that died are not changed elsewhere before its
    /// lease has ended, so a shorter one ends an outage sooner. Default: 1 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.200", "00:00:30")]
    public TimeSpan SiloLease { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Added to the lease for clocks that run at different speeds. Default: 250 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:05")]
    public TimeSpan Margin { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a dual-write change waits for every gateway before it is taken back. Default: 3 s, as long as gateways hold writes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.200", "00:00:30")]
    public TimeSpan CloseWithin { get; set; } = TimeSpan.FromSeconds(3);
}

[OptionsValidator]
public sealed partial class RolloutOptionsValidator : IValidateOptions<RolloutOptions>;
