using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Gateway.Limits;

/// <summary>
/// How much one process takes on before it says no. Section <c>Limits</c>. Probes under <c>/health</c> are never refused. A session's body has
/// a limit of its own, <c>Gateway:MaxBodyBytes</c>; one of the control plane may have 64 KiB, and JSON 64 levels.
/// </summary>
public sealed class LimitOptions
{
    /// <summary>
    /// Requests of one caller in a second: of one key or token by its name, without one of one address. Clients that share a key share this. More
    /// are answered 429. Default: 20000; 0 = any number.
    /// </summary>
    [Range(0, 10_000_000, ErrorMessage = "Limits:RequestsPerSecond must be between 0 (any number) and 10000000 (environment: Limits__RequestsPerSecond).")]
    public int RequestsPerSecond { get; set; } = 20_000;

    /// <summary>Requests under way at once, of all callers; a watched stream of events is one for as long as it is watched. More are answered 429. Default: 10000.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Limits:Concurrent must be between 1 and 1000000 (environment: Limits__Concurrent).")]
    public int Concurrent { get; set; } = 10_000;

    /// <summary>Headers of one request; more are answered 431. Default: 100.</summary>
    [Range(20, 1_000, ErrorMessage = "Limits:Headers must be between 20 and 1000 (environment: Limits__Headers).")]
    public int Headers { get; set; } = 100;

    /// <summary>Their names and values together; more are answered 431. Default: 32768.</summary>
    [Range(4_096, 262_144, ErrorMessage = "Limits:HeaderBytes must be between 4096 and 262144 (environment: Limits__HeaderBytes).")]
    public int HeaderBytes { get; set; } = 32_768;

    /// <summary>Path and query of one request; longer ones are answered 414. Default: 8192.</summary>
    [Range(1_024, 65_536, ErrorMessage = "Limits:TargetBytes must be between 1024 and 65536 (environment: Limits__TargetBytes).")]
    public int TargetBytes { get; set; } = 8_192;
}

[OptionsValidator]
public sealed partial class LimitOptionsValidator : IValidateOptions<LimitOptions>;
