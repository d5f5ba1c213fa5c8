using System.Text;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Silo.Postgres.Sessions;

/// <summary>
/// A change that waits for its batch, taken apart already, because its session's thread has time for that while the writer has none.
/// Completed exactly once, and never inline on the writer's loop.
/// </summary>
internal sealed class CommitWork
{
    private readonly TaskCompletionSource<CommitResult> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CommitWork(SessionCommit commit)
    {
        Commit = commit;
        Columns = SessionColumns.Of(commit.Next.Document);
        Texts = Columns.Texts();
        Extra = Columns.Extra is { } extra ? Encoding.UTF8.GetString(extra) : null;
        Intent = SessionRows.Intent(commit.Next.Intent);
        Sent = SentBytes.Of(commit.Next.RecentSends);
        Conflict = SessionRows.Conflict(commit.Next.Conflict);
        Agreed = SessionRows.Agreed(commit.Next.Agreed);
        Rejected = SessionRows.Rejected(commit.Next.Rejected);
    }

    public SessionCommit Commit { get; }
    public string Id => Commit.Next.Id;

    /// <summary>Of numbers and times; the others are <see cref="Texts"/>, in the same places.</summary>
    public SessionColumns Columns { get; }
    public string?[] Texts { get; }
    public string? Extra { get; }
    public string? Intent { get; }
    public byte[]? Sent { get; }
    public string? Conflict { get; }
    public string? Agreed { get; }
    public string? Rejected { get; }

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
