using Npgsql;

namespace GaiaOrleans.Silo.Postgres.Sessions;

/// <summary>What a database error says about a batch.</summary>
internal static class CommitFailure
{
    /// <summary>Rolled back because of somebody else: the same batch may succeed at once.</summary>
    public static bool IsRetriable(PostgresException e) =>
        e.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable;

    /// <summary>The server was going down; the commit may have been its last word.</summary>
    public static bool IsAmbiguous(PostgresException e) =>
        e.SqlState.StartsWith("57P", StringComparison.Ordinal) || e.SqlState.StartsWith("08", StringComparison.Ordinal) || e.SqlState == PostgresErrorCodes.QueryCanceled;

    /// <summary>A value that does not fit or breaks a rule: the batch fails because of one of its rows.</summary>
    public static bool IsAboutOneRow(PostgresException e) =>
        e.SqlState.StartsWith("22", StringComparison.Ordinal) || e.SqlState.StartsWith("23", StringComparison.Ordinal) || e.SqlState.StartsWith("54", StringComparison.Ordinal);
}
