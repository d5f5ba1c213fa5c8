using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Silo.Cluster;

/// <summary>
/// How silos find out that one of them is gone. Section <c>Cluster</c>; the same on every silo. The defaults are measured (docs/CLUSTER_OPERATIONS.md):
/// shorter ones take a busy silo for a dead one.
/// </summary>
public sealed class DetectionOptions
{
    /// <summary>How long a probe of a peer waits while nothing is known of the peer's usual answer; later the wait adapts to it. Default: 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The least that a probe waits, and so the pace of the probes in ordinary times. Default: 500 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan MinProbeTimeout { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The most that a probe waits on a busy machine. A silo that stopped answering is not given up before this time for each probe it may
    /// miss, so this decides how long a frozen silo is believed alive. Default: 2 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan MaxProbeTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Probes that a peer may miss before it is suspected; the last one goes through another silo. Two silos must suspect it. Default: 2.</summary>
    [Range(1, 20)]
    public int MissedProbes { get; set; } = 2;

    /// <summary>How often a silo reads the membership table without being told of a change. Default: 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan TableRefresh { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a silo writes into the membership table that it lives; whoever joins does not wait for one that missed three. Default: 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a silo waits for a database that answers another silo, or for anybody to answer at all, before it ends itself to be started again.
    /// A database that is away for all is waited for without end. Default: 15 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:02", "00:10:00")]
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromSeconds(15);
}

internal sealed class DetectionOptionsValidator : IValidateOptions<DetectionOptions>
{
    public ValidateOptionsResult Validate(string? name, DetectionOptions options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new(options), results, validateAllProperties: true);
        var failures = results.Select(r => $"Cluster: {r.ErrorMessage} (environment: Cluster__{r.MemberNames.FirstOrDefault()})").ToList();
        if (options.MinProbeTimeout > options.ProbeTimeout || options.ProbeTimeout > options.MaxProbeTimeout)
            failures.Add("Cluster:MinProbeTimeout, Cluster:ProbeTimeout and Cluster:MaxProbeTimeout must not decrease in this order (environment: Cluster__MinProbeTimeout and so on).");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
