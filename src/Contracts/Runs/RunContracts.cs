using System.Text.Json.Serialization;
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
/// <param name="Repair">A verify run brings together what it finds different, by the conflict strategy.</param>
[GenerateSerializer, Immutable, Alias("gaia.run.request")]
public sealed record RunRequest([property: Id(0)] int? RatePerSecond = null, [property: Id(1)] bool DryRun = false, [property: Id(2)] bool Repair = false);

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

    [Id(20)] public bool Repair { get; init; }

    /// <summary>How many sessions there are to go through, as far as legacy tells; null = it does not.</summary>
    [Id(21)] public long? Total { get; init; }

    /// <summary>Reconcile: complete walks over both sides.</summary>
    [Id(22)] public long Passes { get; init; }

    /// <summary>
    /// Reconcile: what was changed on legacy before this moment has been seen; a deletion is believed when it has lasted (<c>Runs:AbsentFor</c>), and a session
    /// with a change of ours under way, or in dispute, is left to that, and one that slipped past a walk, because legacy counts its pages off, is seen by the next. Stands still while a session cannot be looked at; null = not even one walk is complete.
    /// </summary>
    [Id(23)] public DateTimeOffset? SeenUntil { get; init; }

    /// <summary>Reconcile: deletions that wait for an operator's consent, given by resuming.</summary>
    [Id(24)] public long Held { get; init; }

    /// <summary>How many deletions were consented to.</summary>
    [Id(25)] public long Consented { get; init; }

    /// <summary>How many sessions are under way at once at present; it falls while either side is slow and rises again.</summary>
    [Id(26)] public int Parallel { get; init; }

    /// <summary>When the walk under way began.</summary>
    [Id(27)] public DateTimeOffset? PassStartedAt { get; init; }

    /// <summary>The last of this kind before it that went to its end and was no dry run: what that has shown still holds while this one has shown nothing.</summary>
    [JsonIgnore]
    [Id(28)] public RunStatus? Proven { get; init; }

    /// <summary>The last before it that was no dry run, whatever became of it; null = there was none, or this one is none.</summary>
    [JsonIgnore]
    [Id(29)] public RunStatus? Before { get; init; }
}

/// <summary>A run of this kind is active already.</summary>
[GenerateSerializer, Alias("gaia.problem.run_active")]
public sealed class RunActiveException(string kind) : GaiaException($"A {kind} run is active; pause or cancel it before starting another.")
{
    public override string Code => "run_active";
    public override int Status => 409;
    [Id(0)] public string Kind { get; } = kind;
}

/// <summary>What a run has to say about one session: everything but plain success.</summary>
/// <param name="Outcome"><c>failed</c>, <c>skipped</c>, or <c>migrated</c> after a retry.</param>
/// <param name="Field">The member that is to blame, where one is.</param>
[GenerateSerializer, Immutable, Alias("gaia.run.ledger_entry")]
public sealed record LedgerEntry(
    [property: Id(0)] string SessionId, [property: Id(1)] string Outcome, [property: Id(2)] string? Field, [property: Id(3)] string? Reason, [property: Id(4)] DateTimeOffset At);

/// <summary>Where a list of entries goes on: after the one with these two.</summary>
[GenerateSerializer, Immutable, Alias("gaia.run.ledger_place")]
public sealed record LedgerPlace([property: Id(0)] DateTimeOffset At, [property: Id(1)] string SessionId);

/// <summary>The run's ledger has no failed entry of this session.</summary>
[GenerateSerializer, Alias("gaia.problem.nothing_to_retry")]
public sealed class NothingToRetryException(string kind, string sessionId) : GaiaException($"The last {kind} run did not fail on session '{sessionId}'.")
{
    public override string Code => "unknown_session";
    public override int Status => 404;
    [Id(0)] public string Kind { get; } = kind;
    [Id(1)] public string SessionId { get; } = sessionId;
}

/// <summary>One kind of run (key: <c>migrate</c>, <c>verify</c> or <c>reconcile</c>): resumable from its stored cursor, on whichever silo lives.</summary>
[Alias("gaia.run")]
public interface IRunGrain : IGrainWithStringKey
{
    const string Migrate = "migrate";
    const string Verify = "verify";
    const string Reconcile = "reconcile";

    /// <exception cref="RunActiveException">It runs already.</exception>
    [Alias("start")]
    Task<RunStatus> Start(RunRequest request, CancellationToken cancellationToken = default);

    /// <summary>Also wakes a run whose silo died.</summary>
    [Orleans.Concurrency.AlwaysInterleave, Alias("status")]
    Task<RunStatus> Status(CancellationToken cancellationToken = default);

    /// <summary>At once: a page that is under way is given up, and done again after <see cref="Resume"/>.</summary>
    [Orleans.Concurrency.AlwaysInterleave, Alias("pause")]
    Task<RunStatus> Pause(CancellationToken cancellationToken = default);

    [Alias("resume")] Task<RunStatus> Resume(CancellationToken cancellationToken = default);

    /// <summary>As <see cref="Pause"/>, and for good.</summary>
    [Orleans.Concurrency.AlwaysInterleave, Alias("cancel")]
    Task<RunStatus> Cancel(CancellationToken cancellationToken = default);

    /// <summary>The second half of <see cref="Pause"/> and <see cref="Cancel"/>, when no page is under way.</summary>
    [Alias("end")] Task<RunStatus> End(bool cancelled, CancellationToken cancellationToken = default);

    /// <summary>One session again that failed. Works while the run does and after it.</summary>
    /// <exception cref="NothingToRetryException">It did not fail there.</exception>
    [Alias("retry")] Task<LedgerEntry> Retry(string sessionId, CancellationToken cancellationToken = default);

    /// <summary>What the last run of this kind has to say about single sessions, newest first.</summary>
    /// <param name="outcome">Only these; null = all.</param>
    /// <param name="after">Only those that follow it; null = from the newest on.</param>
    [Orleans.Concurrency.AlwaysInterleave, Alias("ledger")]
    Task<LedgerEntry[]> Ledger(string? outcome, int limit, LedgerPlace? after = null, CancellationToken cancellationToken = default);

    [Alias("limit")] Task<RunStatus> Limit(int? ratePerSecond, CancellationToken cancellationToken = default);
}
