using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Grains.Conflicts;
using GaiaOrleans.Grains.Events;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Sessions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Storage;

namespace GaiaOrleans.Grains.Runs;

/// <summary>
/// Drives one kind of run page by page from its stored cursor. The cursor is stored after a page, and of pages that follow each other faster than
/// that every quarter of a second: a new activation does the last ones again, and a page done twice changes nothing.
/// </summary>
[GrainType("gaia.run")]
public sealed partial class RunGrain(
    [PersistentState("run", RunGrain.Storage)] IPersistentState<RunStatusState> stored,
    IServiceProvider services,
    SiloLease lease,
    ISessionStore sessions,
    IRunLedger ledger,
    IEventLog events,
    IClusterMembershipService membership,
    TimeProvider time,
    IOptions<RunOptions> options,
    IOptions<GaiaOptions> gaia,
    ILogger<RunGrain> logger) : Grain, IRunGrain, IDisposable
{
    public const string Storage = "gaia";

    private static readonly TimeSpan WhilePaused = TimeSpan.FromSeconds(1);

    /// <summary>How often a cursor is stored. Waiting for the disk with every page would cost a fast run a tenth of its time.</summary>
    private static readonly TimeSpan CursorEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>How often progress is stored that nobody goes on from.</summary>
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(1);

    /// <summary>How long pages follow each other before whoever asked meanwhile is answered.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private RunPace? _pace;
    private IRunWork? _work;
    private IGrainTimer? _timer;
    private IGrainTimer? _telling;
    private readonly Queue<EventDraft> _untold = [];
    // Done, and not counted yet: the work has moved on, and would not do the same page again.
    private RunStatus? _finished;

    // What is told while the next is being stored.
    private RunStatus? _told;

    // Ends the page that is under way.
    private CancellationTokenSource _halt = new();

    // After the last page, for others' sake.
    private TimeSpan _yields;
    private RunRest _rest = RunRest.None;
    private int _attempts;
    private long _pagesStarted;
    private long _lookedBefore;
    private long _doneBefore;
    private bool _stood;
    private long _savedAt;

    private string Kind => this.GetPrimaryKeyString();

    private RunStatus Run => stored.State.Run ?? new RunStatus { Kind = Kind };

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // Stored, and perhaps not told any more.
        if (stored.State.Move is not null) await Tell(stored.State.Move, cancellationToken);
        if (Run.State == RunState.Running) await Continue(Run);
    }

    public async Task<RunStatus> Start(RunRequest request, CancellationToken cancellationToken)
    {
        if (Run.State is RunState.Running or RunState.Paused) throw new RunActiveException(Kind);
        if ((request.Repair || Kind == IRunGrain.Reconcile) && SessionSyncRule.Refusal(await lease.Refresh(cancellationToken)) is { } refusal) throw refusal;
        if (request.RatePerSecond is < 1) throw InvalidInputException.Field("rate", "must be at least 1 session per second");
        await Continue(new()
        {
            Kind = Kind,
            State = RunState.Running,
            StartedAt = time.GetUtcNow(),
            RateLimit = request.RatePerSecond ?? (Kind == IRunGrain.Reconcile ? options.Value.ReconcileRate : null),
            DryRun = request.DryRun,
            Repair = request.Repair,
            Parallel = options.Value.Parallel,
            RunId = Guid.CreateVersion7().ToString(),
            Generation = (await lease.Refresh(cancellationToken)).Generation,
            Proven = RunProof.Alone(RunProof.Last(Run)),
            Before = request.DryRun ? RunProof.Alone(Run.DryRun ? Run.Before : Run) : null,
        });
        LogStarted(logger, Kind);
        return Run;
    }

    public Task<RunStatus> Status(CancellationToken cancellationToken) => Task.FromResult(_told ?? Run);

    public Task<RunStatus> Pause(CancellationToken cancellationToken) => Halt(cancelled: false, cancellationToken);

    public Task<RunStatus> Cancel(CancellationToken cancellationToken) => Halt(cancelled: true, cancellationToken);

    public async Task<RunStatus> End(bool cancelled, CancellationToken cancellationToken)
    {
        if (!cancelled) return await Move(RunState.Running, RunState.Paused, "paused by an operator");
        return await Move(Run.State == RunState.Paused ? RunState.Paused : RunState.Running, RunState.Cancelled, "cancelled by an operator");
    }

    public async Task<RunStatus> Resume(CancellationToken cancellationToken)
    {
        // What was held back and shown is consented to by going on.
        if (Run.State == RunState.Paused) await Continue(Run with { State = RunState.Running, Reason = null, Consented = Run.Held });
        return Run;
    }

    public async Task<LedgerEntry> Retry(string sessionId, CancellationToken cancellationToken)
    {
        if (NamelessRecord.IsNamed(sessionId)) throw InvalidInputException.Field("session_id", "is a record without an id; give it one on GAIA_HOME, and run again");
        if (Run.RunId is not { } run || await ledger.Find(Kind, run, sessionId, cancellationToken) is not { Outcome: "failed" }) throw new NothingToRetryException(Kind, sessionId);
        // It counts on what is stored, and would be counted over.
        if (_finished is not null) throw new StorageUnavailableException("The run's last page is not stored yet.");
        var (status, entry) = await (_work ?? services.GetRequiredKeyedService<IRunWork>(Kind)).Retry(Run, sessionId, cancellationToken);
        await Begun.Rest("the session was retried, and the run does not count it", async () =>
        {
            await ledger.Keep(Kind, run, [entry], cancellationToken);
            await Save(status);
        });
        return entry;
    }

    public async Task<LedgerEntry[]> Ledger(string? outcome, int limit, LedgerPlace? after, CancellationToken cancellationToken) =>
        Run.RunId is { } run ? [.. await ledger.List(Kind, run, outcome, limit, after, cancellationToken)] : [];

    public async Task<RunStatus> Limit(int? ratePerSecond, CancellationToken cancellationToken)
    {
        if (ratePerSecond is < 1) throw InvalidInputException.Field("rate", "must be at least 1 session per second");
        await Save(Run with { RateLimit = ratePerSecond });
        // The new rate counts from now: neither what was done faster is waited for, nor what was not done caught up.
        Count();
        _timer?.Change(TimeSpan.Zero, Tick);
        return Run;
    }

    public void Dispose() => _halt.Dispose();

    /// <summary>Nobody waits for minutes until a GAIA_HOME that hangs has answered a page's list: the page ends, and what was asked for is next.</summary>
    private async Task<RunStatus> Halt(bool cancelled, CancellationToken cancellationToken)
    {
        await _halt.CancelAsync();
        return await this.AsReference<IRunGrain>().End(cancelled, cancellationToken);
    }

    private async Task Continue(RunStatus run)
    {
        _work = services.GetRequiredKeyedService<IRunWork>(Kind);
        await Save(_work.Begin(run));
        (_attempts, _finished, _halt) = (0, null, new());
        _pace = RunPace.Starting(options.Value.Parallel);
        Count();
        _timer?.Dispose();
        _timer = this.RegisterGrainTimer(Pages, new GrainTimerCreationOptions { DueTime = TimeSpan.Zero, Period = Tick, KeepAlive = true });
    }

    private void Stop()
    {
        _timer?.Dispose();
        (_timer, _finished) = (null, null);
        LogEnded(logger, Kind, Run.State, Run.Done, Run.Failed, Run.Reason);
    }

    /// <summary>Another activation has written: this one drives nothing any more.</summary>
    private void Yield()
    {
        _timer?.Dispose();
        _timer = null;
        DeactivateOnIdle();
    }

    private async Task<RunStatus> Move(RunState from, RunState to, string reason)
    {
        if (Run.State != from) return Run;
        await Save(Run with { State = to, Reason = reason });
        Stop();
        return Run;
    }

    private Task Tell(string move, CancellationToken cancellationToken)
    {
        _untold.Enqueue(RunMove.Draft(Run, move, stored.State.Moves));
        return Tell(cancellationToken);
    }

    /// <summary>What cannot be told now is told when the database is back, each in its turn.</summary>
    private async Task Tell(CancellationToken cancellationToken)
    {
        _telling?.Dispose();
        _telling = null;
        try
        {
            for (; _untold.TryPeek(out var move); _untold.Dequeue()) await events.Append(move, cancellationToken);
        }
        catch (StorageUnavailableException)
        {
            _telling = this.RegisterGrainTimer(Tell, new GrainTimerCreationOptions { DueTime = WhilePaused, Period = Timeout.InfiniteTimeSpan, KeepAlive = true });
        }
    }

    private async Task Save(RunStatus next)
    {
        var (before, move, moves) = (stored.State.Run, stored.State.Move, stored.State.Moves);
        _told = Run;
        stored.State.Run = next;
        var moved = RunMove.Between(before, next);
        if (moved is not null) (stored.State.Move, stored.State.Moves) = (moved, moves + 1);
        try
        {
            await stored.WriteStateAsync();
            _savedAt = time.GetTimestamp();
        }
        catch (Exception e)
        {
            (stored.State.Run, stored.State.Move, stored.State.Moves) = (before, move, moves); // what is answered is never ahead of what is stored
            if (e is InconsistentStateException) Yield();
            throw;
        }
        finally
        {
            _told = null;
        }

        if (moved is not null) await Tell(moved, CancellationToken.None);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "migration run {Kind} started")]
    private static partial void LogStarted(ILogger logger, string kind);

    [LoggerMessage(Level = LogLevel.Warning, Message = "migration run {Kind}: page failed, attempt {Attempt}: {Reason}")]
    private static partial void LogPageFailed(ILogger logger, string kind, int attempt, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "migration run {Kind} is {State}: {Done} done, {Failed} failed {Reason}")]
    private static partial void LogEnded(ILogger logger, string kind, RunState state, long done, long failed, string? reason);
}
