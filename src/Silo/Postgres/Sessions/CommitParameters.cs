using GaiaOrleans.Grains.Conflicts;
using GaiaOrleans.Grains.Sessions;
using Npgsql;
using NpgsqlTypes;

namespace GaiaOrleans.Silo.Postgres.Sessions;

/// <summary>A batch of rows turned on its side: one array per column, in the order of <see cref="SessionSql"/>'s statements.</summary>
internal static class CommitParameters
{
    /// <param name="keyed">With what goes with idempotency keys.</param>
    public static void Fill(NpgsqlParameterCollection parameters, List<CommitWork> works, bool keyed)
    {
        var columns = new ColumnArrays<CommitWork>(parameters, works);
        columns.Add(NpgsqlDbType.Text, w => w.Id);
        for (var f = 0; f < SessionColumns.Fields.Count; f++)
        {
            var field = f;
            switch (SessionColumns.Fields[field].Kind)
            {
                case FieldKind.Timestamp:
                    columns.Add(NpgsqlDbType.TimestampTz, w => w.Columns.Time(field));
                    break;
                case FieldKind.Number:
                    columns.Add(NpgsqlDbType.Integer, w => w.Columns.Number(field));
                    break;
                case FieldKind.Json:
                    columns.Add(NpgsqlDbType.Jsonb, w => w.Texts[field]);
                    break;
                default:
                    columns.Add(NpgsqlDbType.Text, w => w.Texts[field]);
                    break;
            }
        }

        columns.Add(NpgsqlDbType.Jsonb, w => w.Extra);
        columns.Add(NpgsqlDbType.Bigint, w => w.Commit.Next.Version);
        columns.Add(NpgsqlDbType.TimestampTz, w => w.Commit.Next.DeletedAt?.UtcDateTime);
        columns.Add(NpgsqlDbType.Bigint, w => w.Commit.Next.LegacyVersion);
        columns.Add(NpgsqlDbType.Jsonb, w => w.Intent);
        columns.Add(NpgsqlDbType.Bigint, w => w.Commit.Next.Generation);
        columns.Add(NpgsqlDbType.Text, w => w.Commit.Next.LegacyHash);
        columns.Add(NpgsqlDbType.Bytea, w => w.Sent);
        columns.Add(NpgsqlDbType.Text, w => w.Commit.Next.LeaseOwner);
        columns.Add(NpgsqlDbType.TimestampTz, w => w.Commit.Next.PendingSince?.UtcDateTime);
        columns.Add(NpgsqlDbType.TimestampTz, w => w.Commit.Next.NextAttemptAt?.UtcDateTime);
        columns.Add(NpgsqlDbType.Integer, w => w.Commit.Next.Attempts);
        columns.Add(NpgsqlDbType.Jsonb, w => w.Rejected);
        columns.Add(NpgsqlDbType.Uuid, w => w.Commit.Next.CommitId);
        columns.Add(NpgsqlDbType.Uuid, w => w.Commit.Previous);
        columns.Add(NpgsqlDbType.TimestampTz, w => w.Commit.Next.MigratedAt?.UtcDateTime);
        columns.Add(NpgsqlDbType.Text, w => w.Commit.Next.MigratedFrom);
        columns.Add(NpgsqlDbType.Jsonb, w => w.Conflict);
        columns.Add(NpgsqlDbType.Jsonb, w => w.Agreed);
        columns.Add(NpgsqlDbType.Bigint, w => w.Commit.Incarnation);
        columns.Add(NpgsqlDbType.Bigint, w => w.Commit.Generation);
        columns.Add(NpgsqlDbType.Bigint, w => (long?)w.Commit.SendLease?.TotalMilliseconds);
        columns.Add(NpgsqlDbType.Bigint, w => (long?)w.Commit.Next.LateFor?.TotalMilliseconds);
        if (!keyed) return;
        columns.Add(NpgsqlDbType.Text, w => w.Commit.NewKey?.Key);
        columns.Add(NpgsqlDbType.Text, w => w.Commit.NewKey?.RequestHash);
        columns.Add(NpgsqlDbType.Integer, w => w.Commit.NewKey?.Status);
        columns.Add(NpgsqlDbType.TimestampTz, w => w.Commit.NewKey?.At.UtcDateTime);
        columns.Add(NpgsqlDbType.Text, w => w.Commit.KeyMayBeKnown ? w.Commit.NewKey?.Key : null);
    }

    /// <summary>After the columns, once: it stays the same.</summary>
    public static void Add(NpgsqlParameterCollection parameters, WritingSilo silo, bool keyed)
    {
        parameters.Add(new NpgsqlParameter<string> { TypedValue = silo.ClusterId });
        parameters.Add(new NpgsqlParameter<string> { TypedValue = silo.Address });
        parameters.Add(new NpgsqlParameter<int> { TypedValue = silo.Port });
        parameters.Add(new NpgsqlParameter<int> { TypedValue = silo.Generation });
        if (keyed) parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = silo.KeyLife });
    }

    public static void Fill(NpgsqlParameterCollection parameters, List<SessionRow> acknowledged)
    {
        var columns = new ColumnArrays<SessionRow>(parameters, acknowledged);
        columns.Add(NpgsqlDbType.Text, r => r.Id);
        columns.Add(NpgsqlDbType.Uuid, r => r.CommitId);
        columns.Add(NpgsqlDbType.Bigint, r => r.LegacyVersion);
        columns.Add(NpgsqlDbType.Text, r => r.LegacyHash);
        columns.Add(NpgsqlDbType.TimestampTz, r => r.PendingSince?.UtcDateTime);
        columns.Add(NpgsqlDbType.TimestampTz, r => r.NextAttemptAt?.UtcDateTime);
        columns.Add(NpgsqlDbType.Integer, r => r.Attempts);
        columns.Add(NpgsqlDbType.Jsonb, r => SessionRows.Rejected(r.Rejected));
        columns.Add(NpgsqlDbType.Boolean, r => r.LeaseOwner is not null);
        columns.Add(NpgsqlDbType.Bigint, r => (long?)r.LateFor?.TotalMilliseconds);
    }

    public static void Fill(NpgsqlParameterCollection parameters, List<(SessionRow Row, ConflictEntry Entry)> log)
    {
        var columns = new ColumnArrays<(SessionRow Row, ConflictEntry Entry)>(parameters, log);
        columns.Add(NpgsqlDbType.Text, l => l.Row.Id);
        columns.Add(NpgsqlDbType.Uuid, l => l.Row.CommitId);
        columns.Add(NpgsqlDbType.Text, l => l.Entry.Field);
        columns.Add(NpgsqlDbType.Jsonb, l => l.Entry.PythonValue);
        columns.Add(NpgsqlDbType.Jsonb, l => l.Entry.GoValue);
        columns.Add(NpgsqlDbType.TimestampTz, l => l.Entry.At.UtcDateTime);
        columns.Add(NpgsqlDbType.Text, l => l.Entry.Resolution?.Strategy);
        columns.Add(NpgsqlDbType.Text, l => l.Entry.Resolution?.By);
        columns.Add(NpgsqlDbType.TimestampTz, l => l.Entry.Resolution?.At.UtcDateTime);
        columns.Add(NpgsqlDbType.Text, l => l.Entry.Resolution?.Reason);
    }

    public static void FillSettled(NpgsqlParameterCollection parameters, List<SessionRow> inSync)
    {
        var columns = new ColumnArrays<SessionRow>(parameters, inSync);
        columns.Add(NpgsqlDbType.Text, r => r.Id);
        columns.Add(NpgsqlDbType.Bigint, r => r.LegacyVersion);
    }
}
