using GaiaOrleans.Silo.Postgres.Sessions;
using Npgsql;

namespace GaiaOrleans.Postgres.Tests.Sessions;

public sealed class CommitFailureTests
{
    /// <summary>53100 as PostgreSQL reports it of a statement that found no room, and of a server that ends because its log found none (seed 1104 of chaos).</summary>
    [Theory]
    [InlineData("ERROR", PostgresErrorCodes.DiskFull, false)]
    [InlineData("PANIC", PostgresErrorCodes.DiskFull, true)]
    [InlineData("PANIC", PostgresErrorCodes.IoError, true)]
    [InlineData("FATAL", PostgresErrorCodes.AdminShutdown, true)]
    [InlineData("FATAL", PostgresErrorCodes.InternalError, true)]
    [InlineData("ERROR", PostgresErrorCodes.QueryCanceled, true)]
    [InlineData("ERROR", PostgresErrorCodes.UndefinedTable, false)]
    public void Only_an_error_that_the_server_survives_says_that_nothing_was_committed(string severity, string code, bool ambiguous) =>
        Assert.Equal(ambiguous, CommitFailure.IsAmbiguous(new PostgresException("could not write to file", severity, severity, code)));

    [Fact]
    public void A_lost_connection_says_nothing() => Assert.True(CommitFailure.IsAmbiguous(new NpgsqlException("Exception while reading from stream")));
}
