using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Silo.Cluster;

/// <summary>This node within the cluster. Section <c>Gaia</c>.</summary>
public sealed class NodeOptions
{
    /// <summary>Shown by every view of the cluster; unique. Default: the host's name.</summary>
    [Required]
    public string SiloName { get; set; } = Environment.MachineName;

    /// <summary>Address that the other silos reach this one by; never a service's shared address. Default: 127.0.0.1.</summary>
    [Required]
    public string AdvertisedAddress { get; set; } = IPAddress.Loopback.ToString();

    /// <summary>Silo-to-silo port. Default: 11111.</summary>
    [Range(1, 65535)]
    public int SiloPort { get; set; } = 11111;

    /// <summary>Port for Orleans clients such as the standalone gateway; 0 = none. Default: 30000.</summary>
    [Range(0, 65535)]
    public int GatewayPort { get; set; } = 30000;
}

internal sealed class NodeOptionsValidator : IValidateOptions<NodeOptions>
{
    public ValidateOptionsResult Validate(string? name, NodeOptions options)
    {
        var failures = new List<string>();
        var results = new List<ValidationResult>();
        if (!Validator.TryValidateObject(options, new(options), results, validateAllProperties: true)) failures.AddRange(results.Select(r => $"Gaia: {r.ErrorMessage}"));
        if (!IPAddress.TryParse(options.AdvertisedAddress, out _))
            failures.Add($"Gaia:AdvertisedAddress '{options.AdvertisedAddress}' is not an IP address. Set this node's own address through the environment: Gaia__AdvertisedAddress.");
        if (options.SiloPort == options.GatewayPort) failures.Add("Gaia:SiloPort and Gaia:GatewayPort must differ (environment: Gaia__SiloPort, Gaia__GatewayPort).");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
