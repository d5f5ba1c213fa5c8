using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Silo.Postgres.Sessions;

/// <summary>
/// A change that waits for its batch, taken apart already, because its session's thread has time for that while the writer has none.
/// Completed exactly once, and never inline on the writer's loop.
/// </summary>
internal sealed class CommitWork(SessionCommit commit)
{
    private readonly TaskCompletionSource<CommitResult> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SessionCommit Commit => commit;
    public string Id => commit.Next.Id;
    public SessionColumns Columns { get; } = SessionColumns.Of(commit.Next.Document);
    public string? Intent { get; } = SessionRows.Intent(commit.Next.Intent);
    public byte[]? Sent { get; } = SentBytes.Of(commit.Next.RecentSends);
    public string? Conflict { get; } = SessionRows.Conflict(commit.Next.Conflict);
    public string? Agreed { get; } = SessionRows.Agreed(commit.Next.Agreed);
    public string? Rejected { get; } = SessionRows.Rejected(commit.Next.Rejected);

    public Task<CommitResult> Outcome => _outcome.Task;

    public static InvalidInputException Unstorable(string reason) => InvalidInputException.Field("$", $"cannot be stored: {reason}");

    /// <param name="result">Null = another change came between, and nobody can tell whether it came instead of this one or after it.</param>
    public void Complete(CommitResult? result)
    {
        if (result is { } known) _outcome.SetResult(known);
        else Unknown("the connection to the database was lost during the commit, and another change came before it was back");
    }

    public void NotCommitted(string reason) => _outcome.SetException(new StorageUnavailableException($"The database did not take the change: {reason}"));

    public void Refused(string reason) => _outcome.SetException(Unstorable(reason));

    public void Unknown(string reason) => _outcome.SetException(new OutcomeUnknownException(Id, reason));
}
