using GaiaOrleans.Grains.Sessions;
using Npgsql;
using NpgsqlTypes;

namespace GaiaOrleans.Silo.Postgres.Sessions;

/// <summary>A batch of rows turned on its side: one array per column, in the order of <see cref="SessionSql.Commit"/>.</summary>
internal static class CommitParameters
{
    public static void Fill(NpgsqlParameterCollection parameters, IReadOnlyList<SessionCommit> commits)
    {
        parameters.Clear();
        var count = commits.Count;
        var columns = commits.Select(c => SessionColumns.Of(c.Next.Document)).ToArray();
        Add(parameters, NpgsqlDbType.Text, count, i => commits[i].Next.Id);
        for (var f = 0; f < SessionColumns.Fields.Count; f++)
        {
            var field = f;
            switch (SessionColumns.Fields[field].Kind)
            {
                case FieldKind.Timestamp:
                    Add(parameters, NpgsqlDbType.TimestampTz, count, i => (DateTime?)columns[i].Values[field]);
                    break;
                case FieldKind.Number:
                    Add(parameters, NpgsqlDbType.Integer, count, i => (int?)columns[i].Values[field]);
                    break;
                case FieldKind.Json:
                    Add(parameters, NpgsqlDbType.Jsonb, count, i => (string?)columns[i].Values[field]);
                    break;
                default:
                    Add(parameters, NpgsqlDbType.Text, count, i => (string?)columns[i].Values[field]);
                    break;
            }
        }

        Add(parameters, NpgsqlDbType.Jsonb, count, i => columns[i].Extra);
        Add(parameters, NpgsqlDbType.Bigint, count, i => commits[i].Next.Version);
        Add(parameters, NpgsqlDbType.TimestampTz, count, i => commits[i].Next.DeletedAt?.UtcDateTime);
        Add(parameters, NpgsqlDbType.Bigint, count, i => commits[i].Next.LegacyVersion);
        Add(parameters, NpgsqlDbType.Jsonb, count, i => SessionRows.Intent(commits[i].Next.Intent));
        Add(parameters, NpgsqlDbType.Bigint, count, i => commits[i].Next.Generation);
        Add(parameters, NpgsqlDbType.Text, count, i => commits[i].Next.LegacyHash);
        Add(parameters, NpgsqlDbType.Jsonb, count, i => SessionRows.Sends(commits[i].Next.RecentSends));
        Add(parameters, NpgsqlDbType.Text, count, i => commits[i].Next.LeaseOwner);
        Add(parameters, NpgsqlDbType.TimestampTz, count, i => commits[i].Next.PendingSince?.UtcDateTime);
        Add(parameters, NpgsqlDbType.TimestampTz, count, i => commits[i].Next.NextAttemptAt?.UtcDateTime);
        Add(parameters, NpgsqlDbType.Integer, count, i => commits[i].Next.Attempts);
        Add(parameters, NpgsqlDbType.Jsonb, count, i => SessionRows.Rejected(commits[i].Next.Rejected));
        Add(parameters, NpgsqlDbType.Uuid, count, i => commits[i].Next.CommitId);
        Add(parameters, NpgsqlDbType.Uuid, count, i => commits[i].Previous);
        Add(parameters, NpgsqlDbType.TimestampTz, count, i => commits[i].Next.MigratedAt?.UtcDateTime);
        Add(parameters, NpgsqlDbType.Text, count, i => commits[i].Next.MigratedFrom);
        Add(parameters, NpgsqlDbType.Bigint, count, i => commits[i].Incarnation);
        Add(parameters, NpgsqlDbType.Bigint, count, i => commits[i].Generation);
        Add(parameters, NpgsqlDbType.Bigint, count, i => (long?)commits[i].SendLease?.TotalMilliseconds);
        Add(parameters, NpgsqlDbType.Text, count, i => commits[i].NewKey?.Key);
        Add(parameters, NpgsqlDbType.Text, count, i => commits[i].NewKey?.RequestHash);
        Add(parameters, NpgsqlDbType.Integer, count, i => commits[i].NewKey?.Status);
        Add(parameters, NpgsqlDbType.TimestampTz, count, i => commits[i].NewKey?.At.UtcDateTime);
    }

    public static void Fill(NpgsqlParameterCollection parameters, IReadOnlyList<SessionRow> acknowledged)
    {
        parameters.Clear();
        var count = acknowledged.Count;
        Add(parameters, NpgsqlDbType.Text, count, i => acknowledged[i].Id);
        Add(parameters, NpgsqlDbType.Uuid, count, i => acknowledged[i].CommitId);
        Add(parameters, NpgsqlDbType.Bigint, count, i => acknowledged[i].LegacyVersion);
        Add(parameters, NpgsqlDbType.Text, count, i => acknowledged[i].LegacyHash);
        Add(parameters, NpgsqlDbType.TimestampTz, count, i => acknowledged[i].PendingSince?.UtcDateTime);
        Add(parameters, NpgsqlDbType.TimestampTz, count, i => acknowledged[i].NextAttemptAt?.UtcDateTime);
        Add(parameters, NpgsqlDbType.Integer, count, i => acknowledged[i].Attempts);
        Add(parameters, NpgsqlDbType.Jsonb, count, i => SessionRows.Rejected(acknowledged[i].Rejected));
    }

    private static void Add<T>(NpgsqlParameterCollection parameters, NpgsqlDbType type, int count, Func<int, T> value)
    {
        var array = new T[count];
        for (var i = 0; i < count; i++) array[i] = value(i);
        parameters.Add(new NpgsqlParameter<T[]> { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = array });
    }
}
