using GaiaOrleans.Grains.Sessions;
using Npgsql;
using NpgsqlTypes;

namespace GaiaOrleans.Silo.Postgres.Sessions;

/// <summary>Keeps errors for operators.</summary>
internal sealed partial class ErrorLog(NpgsqlDataSource database, TimeProvider time, ILogger<ErrorLog> logger) : WriteBehind<SessionError>(time, logger)
{
    private const string Insert = """
        INSERT INTO migration_errors (session_id, side, operation, code, message, attempt, version)
        SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::integer[], $7::bigint[])
        """;

    public void Report(SessionError error)
    {
        LogError(logger, error.SessionId, error.Operation, error.Side, error.Code, error.Message);
        Enqueue(error);
    }

    protected override async Task Store(IReadOnlyList<SessionError> batch)
    {
        await using var command = database.CreateCommand(Insert);
        var columns = new ColumnArrays<SessionError>(command.Parameters, batch);
        columns.Add(NpgsqlDbType.Text, e => StorableText.Of(e.SessionId));
        columns.Add(NpgsqlDbType.Text, e => StorableText.Of(e.Side));
        columns.Add(NpgsqlDbType.Text, e => StorableText.Of(e.Operation));
        columns.Add(NpgsqlDbType.Text, e => StorableText.Of(e.Code));
        columns.Add(NpgsqlDbType.Text, e => StorableText.Of(e.Message));
        columns.Add(NpgsqlDbType.Integer, e => e.Attempt);
        columns.Add(NpgsqlDbType.Bigint, e => e.Version);
        await command.ExecuteNonQueryAsync();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "migration: session {SessionId}, {Operation} on {Side}: {Code}: {Reason}")]
    private static partial void LogError(ILogger logger, string sessionId, string operation, string side, string code, string reason);
}
