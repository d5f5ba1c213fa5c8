using GaiaOrleans.Contracts.Runs;

namespace GaiaOrleans.Grains.Runs;

/// <summary>What a run does with one page. The kinds share the cursor, the ledger, the pace and the controls.</summary>
public interface IRunWork
{
    /// <summary>How long to wait before the next page, beside what the rate asks for.</summary>
    TimeSpan Rest => TimeSpan.Zero;

    /// <summary>How many sessions it has looked at so far, whatever came of them: what a rate counts.</summary>
    long Looked { get; }

    /// <summary>A new activation goes on from the stored cursor; one that starts again anyway need not store each page.</summary>
    bool Resumes => true;

    /// <summary>Called before the first page of an activation; answers where to go on.</summary>
    RunStatus Begin(RunStatus stored);

    /// <summary>One page; answers the status with its counts and the next cursor, <see cref="RunState.Completed"/> after the last.</summary>
    /// <param name="times">Where its calls to sessions are measured.</param>
    /// <exception cref="Contracts.Problems.GaiaException">The page could not be had; it is tried again.</exception>
    Task<RunStatus> Page(RunStatus status, CallTimes times, CancellationToken cancellationToken);

    /// <summary>One session again that failed: the status with what that changes, and its new entry.</summary>
    Task<(RunStatus Status, LedgerEntry Entry)> Retry(RunStatus status, string sessionId, CancellationToken cancellationToken);
}
