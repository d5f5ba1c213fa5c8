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
    /// are answered 429. Default: 100000; 0 = any number.
    /// </summary>
    public int RequestsPerSecond { get; set; } = 100_000;

    /// <summary>Requests under way at once, of all callers; a watched stream of events is one for as long as it is watched. More are answered 429, but for what only operators may ask. Default: 10000.</summary>
    public int Concurrent { get; set; } = 10_000;

    /// <summary>Headers of one request; more are answered 431. Default: 100.</summary>
    public int Headers { get; set; } = 100;

    /// <summary>Their names and values together; more are answered 431. Default: 32768.</summary>
    public int HeaderBytes { get; set; } = 32_768;

    /// <summary>Path and query of one request; longer ones are answered 414. Default: 8192.</summary>
    public int TargetBytes { get; set; } = 8_192;
}

internal sealed class LimitOptionsValidator : IValidateOptions<LimitOptions>
{
    public ValidateOptionsResult Validate(string? name, LimitOptions options)
    {
        var failures = new[]
        {
            Outside(nameof(options.RequestsPerSecond), options.RequestsPerSecond, 0, 10_000_000),
            Outside(nameof(options.Concurrent), options.Concurrent, 1, 1_000_000),
            Outside(nameof(options.Headers), options.Headers, 20, 1_000),
            Outside(nameof(options.HeaderBytes), options.HeaderBytes, 4_096, 262_144),
            Outside(nameof(options.TargetBytes), options.TargetBytes, 1_024, 65_536),
        }.OfType<string>().ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static string? Outside(string name, int value, int least, int most) =>
        value >= least && value <= most ? null : $"Limits:{name} is {value}; it must be between {least} and {most} (environment: Limits__{name}).";
}
