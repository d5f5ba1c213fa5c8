using GaiaOrleans.Contracts.Runs;

namespace GaiaOrleans.Grains.Runs;

/// <summary>What a run does with one page. Two kinds share the cursor, the ledger and the controls.</summary>
public interface IRunWork
{
    /// <summary>Called before the first page of an activation; answers where to go on.</summary>
    RunStatus Begin(RunStatus stored);

    /// <summary>One page; answers the status with its counts and the next cursor, <see cref="RunState.Completed"/> after the last.</summary>
    /// <exception cref="Contracts.Problems.GaiaException">The page could not be had; it is tried again.</exception>
    Task<RunStatus> Page(RunStatus status, CancellationToken cancellationToken);
}
