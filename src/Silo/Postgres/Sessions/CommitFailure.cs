using Npgsql;

namespace GaiaOrleans.Silo.Postgres.Sessions;

/// <summary>What a database error says about a batch.</summary>
internal static class CommitFailure
{
    /// <summary>Rolled back because of somebody else: the same batch may succeed at once.</summary>
    public static bool IsRetriable(PostgresException e) =>
        e.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable;

    /// <summary>
    /// The connection was lost, or the server was going down: the commit may have been its last word. So it may with an error that ends the server's process, whatever its code: a disk that
    /// is full when the log is flushed says 53100 as a statement does that was rolled back, and the log may have had the commit before (seed 1104).
    /// </summary>
    public static bool IsAmbiguous(Exception e) => e is not PostgresException refusal
        || refusal.InvariantSeverity != "ERROR"
        || refusal.SqlState.StartsWith("57P", StringComparison.Ordinal)
        || refusal.SqlState.StartsWith("08", StringComparison.Ordinal)
        || refusal.SqlState == PostgresErrorCodes.QueryCanceled;

    /// <summary>A value that does not fit or breaks a rule: the batch fails because of one of its rows.</summary>
    public static bool IsAboutOneRow(PostgresException e) =>
        e.SqlState.StartsWith("22", StringComparison.Ordinal) || e.SqlState.StartsWith("23", StringComparison.Ordinal) || e.SqlState.StartsWith("54", StringComparison.Ordinal);
}
