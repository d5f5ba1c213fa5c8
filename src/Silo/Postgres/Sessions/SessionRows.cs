using System.Collections.Immutable;
using System.Text.Json;
using GaiaOrleans.Grains.Conflicts;
using GaiaOrleans.Grains.Sessions;
using Npgsql;

namespace GaiaOrleans.Silo.Postgres.Sessions;

/// <summary>Rows out of a reader over <see cref="SessionSql.SelectColumns"/>, and the JSON forms of the bookkeeping.</summary>
internal static class SessionRows
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The number of columns of <see cref="SessionSql.SelectColumns"/>.</summary>
    public static readonly int Columns = 1 + SessionColumns.Fields.Count + 1 + SessionSql.Bookkeeping.Count + 1;

    private sealed record StoredIntent(JsonElement? Document, int Status, string? Key, string? RequestHash, DateTimeOffset At, Guid RequestId);

    private sealed record StoredConflict(JsonElement? Python, DateTimeOffset DetectedAt, ImmutableArray<string> Fields);

    private sealed record StoredAgreement(JsonElement Document, string? LegacyHash);

    public static SessionRow Read(NpgsqlDataReader reader)
    {
        var id = reader.GetString(0);
        var at = 2 + SessionColumns.Fields.Count;
        var deletedAt = Time(reader, at + 1);
        return new()
        {
            Id = id,
            Document = deletedAt is null ? SessionColumns.Read(reader, id, 1) : null,
            Version = reader.GetInt64(at),
            DeletedAt = deletedAt,
            LegacyVersion = reader.GetInt64(at + 2),
            Intent = Text(reader, at + 3) is { } intent ? Understand(id, JsonSerializer.Deserialize<StoredIntent>(intent, Json)!) : null,
            Generation = reader.GetInt64(at + 4),
            LegacyHash = Text(reader, at + 5),
            RecentSends = Text(reader, at + 18) is { } older ? JsonSerializer.Deserialize<ImmutableArray<SentDocument>>(older, Json) : SentBytes.Read(reader.IsDBNull(at + 6) ? null : reader.GetFieldValue<byte[]>(at + 6)),
            LeaseOwner = Text(reader, at + 7),
            PendingSince = Time(reader, at + 8),
            NextAttemptAt = Time(reader, at + 9),
            Attempts = reader.GetInt32(at + 10),
            Rejected = Text(reader, at + 11) is { } rejected ? JsonSerializer.Deserialize<Rejection>(rejected, Json) : null,
            CommitId = reader.GetGuid(at + 12),
            MigratedAt = Time(reader, at + 14),
            MigratedFrom = Text(reader, at + 15),
            Conflict = Text(reader, at + 16) is { } conflict ? Understand(id, JsonSerializer.Deserialize<StoredConflict>(conflict, Json)!) : null,
            Agreed = Text(reader, at + 17) is { } agreed ? Understand(id, JsonSerializer.Deserialize<StoredAgreement>(agreed, Json)!) : null,
        };
    }

    /// <summary>The row with its keys, from the JSON that <see cref="SessionSql.Load"/> aggregates newest first.</summary>
    public static SessionRow WithKeys(SessionRow row, string? keys)
    {
        if (keys is null) return row;
        var known = JsonSerializer.Deserialize<KeyedOutcome[]>(keys, Json)!;
        return row with { Keys = [.. known.Take(SessionRules.KeysKept).Reverse()], KeysTruncated = known.Length > SessionRules.KeysKept };
    }

    /// <summary>The document as JSON and not as text, so that one which could not become the row's state is refused before it is sent.</summary>
    public static string? Intent(Intent? intent)
    {
        if (intent is null) return null;
        using var document = intent.Document?.Parse();
        return JsonSerializer.Serialize(new StoredIntent(document?.RootElement, intent.Status, intent.Key, intent.RequestHash, intent.At, intent.RequestId), Json);
    }

    public static string? Conflict(SessionConflict? conflict)
    {
        if (conflict is null) return null;
        using var python = conflict.Python?.Parse();
        return JsonSerializer.Serialize(new StoredConflict(python?.RootElement, conflict.DetectedAt, conflict.Fields), Json);
    }

    public static string? Agreed(Agreement? agreed)
    {
        if (agreed is null) return null;
        using var document = agreed.Document.Parse();
        return JsonSerializer.Serialize(new StoredAgreement(document.RootElement, agreed.LegacyHash), Json);
    }

    public static ConflictRecord ReadConflict(NpgsqlDataReader r) => new(
        r.GetInt64(0), r.GetString(1), r.GetString(2), Text(r, 3), Text(r, 4), r.GetFieldValue<DateTimeOffset>(5), r.GetBoolean(6), Text(r, 7), Text(r, 8), Time(r, 9), Text(r, 10));

    /// <summary>From <see cref="SessionSql.Compared"/>.</summary>
    public static ComparedRow ReadCompared(NpgsqlDataReader reader)
    {
        var (id, after) = (reader.GetString(0), 2 + SessionColumns.Fields.Count);
        return new(id, reader.GetBoolean(after) ? null : SessionColumns.Read(reader, id, 1), reader.GetBoolean(after + 1), reader.GetInt64(after + 2));
    }

    public static SessionMark ReadMark(NpgsqlDataReader r) => new(r.GetString(0), Text(r, 1), r.GetBoolean(2));

    public static string? Rejected(Rejection? rejected) => rejected is null
        ? null
        : JsonSerializer.Serialize(rejected with { Body = StorableText.Of(rejected.Body) }, Json);

    // jsonb has its own order of members: made canonical again.
    private static Intent Understand(string id, StoredIntent stored) => new(
        stored.Document is { } document ? SessionDocument.FromLegacy(id, document, out _) : null, stored.Status, stored.Key, stored.RequestHash, stored.At, stored.RequestId);

    private static SessionConflict Understand(string id, StoredConflict stored) =>
        new(stored.Python is { } python ? SessionDocument.FromLegacy(id, python, out _) : null, stored.DetectedAt, stored.Fields);

    private static Agreement Understand(string id, StoredAgreement stored) => new(SessionDocument.FromLegacy(id, stored.Document, out _), stored.LegacyHash);

    private static string? Text(NpgsqlDataReader reader, int ordinal) => reader.IsDBNull(ordinal) ? null : reader.GetString(ordinal);

    private static DateTimeOffset? Time(NpgsqlDataReader reader, int ordinal) => reader.IsDBNull(ordinal) ? null : reader.GetFieldValue<DateTimeOffset>(ordinal);
}
