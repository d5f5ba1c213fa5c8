using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Silo.Postgres.Retention;
using GaiaOrleans.Silo.Postgres.Sessions;
using Npgsql;
using NpgsqlTypes;

namespace GaiaOrleans.Silo.Postgres.Validation;

/// <summary>Validation errors: reported without waiting where a session is busy, stored at once where a verification counts on it.</summary>
internal sealed partial class ValidationLog(NpgsqlDataSource database, TimeProvider time, ILogger<ValidationLog> logger) : WriteBehind<ValidationError>(time, logger)
{
    // What an index can hold: legacy's own names may be of any length.
    private const int LongestId = 400;
    private const int LongestField = 200;

    // Closed by one statement.
    private const int Portion = 10_000;

    public void Report(ValidationError error)
    {
        LogInvalid(logger, error.SessionId, error.Field, error.Rule, error.Source);
        Enqueue(error);
    }

    /// <exception cref="Contracts.Problems.StorageUnavailableException">Nothing was stored.</exception>
    public async Task KeepVerified(Guid pass, IReadOnlyList<ValidationError> found, IReadOnlyList<string> unjudged, CancellationToken cancellationToken)
    {
        foreach (var error in found) LogInvalid(logger, error.SessionId, error.Field, error.Rule, error.Source);
        if (found.Count > 0) await DatabaseQueries.Answered(() => Store(found, pass, cancellationToken));
        if (unjudged.Count > 0) await database.Change(ValidationSql.Renew, cancellationToken, pass, unjudged.Select(id => Text(id, LongestId)).ToArray());
    }

    public async Task CloseVerified(Guid pass, DateTimeOffset began, CancellationToken cancellationToken)
    {
        for (long? last = 0; last is { } after;)
            last = (await database.Query(ValidationSql.CloseVerified, r => r.IsDBNull(0) ? null : (long?)r.GetInt64(0), cancellationToken, pass, began.UtcDateTime, after, Portion))[0];
        // Whoever has mended a value asks for a verification, and need not wait for the sweep.
        while (await database.Change(ValidationSql.Settle, cancellationToken, RetentionSweep.Batch) >= RetentionSweep.Batch) { }
    }

    public Task CloseShadow(string sessionId, CancellationToken cancellationToken) => database.Change(ValidationSql.CloseShadow, cancellationToken, Text(sessionId, LongestId));

    public async Task<ValidationErrors> List(int limit, bool resolved, CancellationToken cancellationToken)
    {
        var errors = await database.Query(ValidationSql.Newest(open: !resolved), ValidationSql.Read, cancellationToken, limit);
        var open = await database.Query(ValidationSql.CountOpen, r => r.GetInt64(0), cancellationToken);
        return new(errors, open[0]);
    }

    public Task<IReadOnlyList<KeptValidationError>> Mismatches((string SessionId, string Field)? after, int limit, CancellationToken cancellationToken) => database.Query(
        ValidationSql.Mismatches, ValidationSql.Read, cancellationToken, limit, StorableText.Of(after?.SessionId ?? ""), StorableText.Of(after?.Field ?? ""));

    protected override Task Store(IReadOnlyList<ValidationError> batch) => Store(batch, null, CancellationToken.None);

    private async Task<int> Store(IReadOnlyList<ValidationError> batch, Guid? pass, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ValidationSql.Upsert);
        var columns = new ColumnArrays<ValidationError>(command.Parameters, batch);
        columns.Add(NpgsqlDbType.Text, e => Text(e.SessionId, LongestId));
        columns.Add(NpgsqlDbType.Text, e => Text(e.Field, LongestField));
        columns.Add(NpgsqlDbType.Text, e => e.Rule);
        columns.Add(NpgsqlDbType.Text, e => e.PythonValue);
        columns.Add(NpgsqlDbType.Text, e => e.GoValue);
        columns.Add(NpgsqlDbType.Bigint, e => e.Version);
        columns.Add(NpgsqlDbType.Text, e => e.Source);
        columns.Add(NpgsqlDbType.Uuid, _ => pass);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string Text(string text, int longest) => StorableText.Of(text.Length <= longest ? text : text[..longest] + "…");

    [LoggerMessage(Level = LogLevel.Error, Message = "migration: validation: session {SessionId}, field {Field} breaks rule {Rule} ({Source})")]
    private static partial void LogInvalid(ILogger logger, string sessionId, string field, string rule, string source);
}
