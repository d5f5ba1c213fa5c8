using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Silo.Postgres.Sessions;

/// <summary>A change that waits for its batch. Completed exactly once, and never inline on the writer's loop.</summary>
internal sealed class CommitWork(SessionCommit commit)
{
    private readonly TaskCompletionSource<CommitResult> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SessionCommit Commit => commit;

    public Task<CommitResult> Outcome => _outcome.Task;

    public void Complete(CommitResult result) => _outcome.SetResult(result);

    public void NotCommitted(string reason) => _outcome.SetException(new StorageUnavailableException($"The database did not take the change: {reason}"));

    public void Refused(string reason) => _outcome.SetException(InvalidInputException.Field("$", $"cannot be stored: {reason}"));

    public void Unknown(string reason) => _outcome.SetException(new OutcomeUnknownException(commit.Next.Id, reason));
}
