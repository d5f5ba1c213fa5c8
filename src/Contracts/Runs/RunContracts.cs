using GaiaOrleans.Contracts.Problems;

namespace GaiaOrleans.Contracts.Runs;

[GenerateSerializer, Alias("gaia.run.state")]
public enum RunState
{
    Waiting,
    Running,
    Paused,
    Completed,
    Failed,
    Cancelled,
}

/// <summary>What to start.</summary>
/// <param name="RatePerSecond">Sessions per second at most; null = as fast as both sides allow.</param>
/// <param name="DryRun">Look at everything, change nothing.</param>
[GenerateSerializer, Immutable, Alias("gaia.run.request")]
public sealed record RunRequest([property: Id(0)] int? RatePerSecond = null, [property: Id(1)] bool DryRun = false);

/// <summary>
/// A run and how far it is. The ledger always closes: listed = migrated + skipped + failed + what is still under way;
/// a verify run counts done, mismatched and pending instead.
/// </summary>
[GenerateSerializer, Immutable, Alias("gaia.run.status")]
public sealed record RunStatus
{
    [Id(0)] public required string Kind { get; init; }
    [Id(1)] public RunState State { get; init; } = RunState.Waiting;
    [Id(2)] public long Listed { get; init; }
    [Id(3)] public long Done { get; init; }
    [Id(4)] public long Migrated { get; init; }
    [Id(5)] public long Skipped { get; init; }
    [Id(6)] public long Failed { get; init; }
    [Id(7)] public long Mismatched { get; init; }
    [Id(8)] public long Pending { get; init; }
    [Id(9)] public long Repaired { get; init; }
    [Id(10)] public double RatePerS { get; init; }
    [Id(11)] public DateTimeOffset? Eta { get; init; }
    [Id(12)] public DateTimeOffset? StartedAt { get; init; }
    [Id(13)] public DateTimeOffset? FinishedAt { get; init; }
    [Id(14)] public string? Cursor { get; init; }
    [Id(15)] public string? Reason { get; init; }
    [Id(16)] public bool DryRun { get; init; }
    [Id(17)] public int? RateLimit { get; init; }
    [Id(18)] public string? RunId { get; init; }

    /// <summary>The dual-write generation it started in; a ledger closed in an older one says nothing about now.</summary>
    [Id(19)] public long Generation { get; init; }
}

/// <summary>A run of this kind is active already.</summary>
[GenerateSerializer, Alias("gaia.problem.run_active")]
public sealed class RunActiveException(string kind) : GaiaException($"A {kind} run is active; pause or cancel it before starting another.")
{
    public override string Code => "run_active";
    public override int Status => 409;
    [Id(0)] public string Kind { get; } = kind;
}

/// <summary>One kind of run (key: <c>migrate</c> or <c>verify</c>): resumable from its stored cursor, on whichever silo lives.</summary>
[Alias("gaia.run")]
public interface IRunGrain : IGrainWithStringKey
{
    const string Migrate = "migrate";
    const string Verify = "verify";

    /// <exception cref="RunActiveException">It runs already.</exception>
    [Alias("start")]
    Task<RunStatus> Start(RunRequest request, CancellationToken cancellationToken = default);

    /// <summary>Also wakes a run whose silo died.</summary>
    [Orleans.Concurrency.AlwaysInterleave, Alias("status")]
    Task<RunStatus> Status(CancellationToken cancellationToken = default);

    [Alias("pause")] Task<RunStatus> Pause(CancellationToken cancellationToken = default);

    [Alias("resume")] Task<RunStatus> Resume(CancellationToken cancellationToken = default);

    [Alias("cancel")] Task<RunStatus> Cancel(CancellationToken cancellationToken = default);

    [Alias("limit")] Task<RunStatus> Limit(int? ratePerSecond, CancellationToken cancellationToken = default);
}
