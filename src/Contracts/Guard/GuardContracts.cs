using Orleans.Concurrency;

namespace GaiaOrleans.Contracts.Guard;

/// <summary>What the guard thinks of the last minutes, mildest first.</summary>
[GenerateSerializer, Alias("gaia.guard.verdict")]
public enum GuardVerdict
{
    /// <summary>Too few requests to tell.</summary>
    Insufficient,

    Ok,

    /// <summary>Somebody should look; nothing is held.</summary>
    Investigate,

    /// <summary>A breach: advances and runs are held until an operator resumes.</summary>
    Pause,
}

/// <summary>A verdict with what it rests on.</summary>
/// <param name="Observed">The figures that decided.</param>
/// <param name="Required">What they are measured by.</param>
/// <param name="GoErrorRate">0 to 1; null below the smallest sample.</param>
/// <param name="GoSample">Session requests that were charged to the target.</param>
/// <param name="SyncLagP95Ms">The highest of the time; null = nobody measured.</param>
/// <param name="Window">How long a time was looked at.</param>
[GenerateSerializer, Immutable, Alias("gaia.guard.reading")]
public sealed record GuardReading(
    [property: Id(0)] GuardVerdict Verdict,
    [property: Id(1)] string Observed,
    [property: Id(2)] string Required,
    [property: Id(3)] double? GoErrorRate,
    [property: Id(4)] double? PythonErrorRate,
    [property: Id(5)] long GoSample,
    [property: Id(6)] long PythonSample,
    [property: Id(7)] double? SyncLagP95Ms,
    [property: Id(8)] TimeSpan Window);

/// <param name="Since">When the verdict became what it is; null = the guard has not looked yet.</param>
[GenerateSerializer, Immutable, Alias("gaia.guard.status")]
public sealed record GuardStatus([property: Id(0)] GuardReading Reading, [property: Id(1)] DateTimeOffset? Since);

/// <summary>
/// Watches error rates and the sync lag every five seconds (key <see cref="Key"/>), and pauses the rollout when they are bad. It never
/// resumes by itself.
/// </summary>
[Alias("gaia.guard")]
public interface IGuardGrain : IGrainWithStringKey
{
    const string Key = "guard";

    /// <summary>As last looked at. Also wakes a guard whose silo died.</summary>
    [AlwaysInterleave, Alias("status")]
    Task<GuardStatus> Status(CancellationToken cancellationToken = default);

    /// <summary>Looks now.</summary>
    [Alias("evaluate")]
    Task<GuardStatus> Evaluate(CancellationToken cancellationToken = default);
}
