namespace GaiaOrleans.Silo.Postgres.Runs;

/// <summary>The statements over verified_buckets.</summary>
internal static class SealSql
{
    public const string Select = "SELECT key, hash, noise FROM verified_buckets WHERE key = ANY($1)";

    /// <summary>In the order of the index; of the same key twice the later counts.</summary>
    public const string Upsert = """
        INSERT INTO verified_buckets (key, hash, noise, pass)
        SELECT DISTINCT ON (key) key, hash, noise, $1 FROM unnest($2::text[], $3::uuid[], $4::jsonb[]) WITH ORDINALITY AS t(key, hash, noise, i) ORDER BY key, i DESC
        ON CONFLICT (key) DO UPDATE SET hash = EXCLUDED.hash, noise = EXCLUDED.noise, pass = EXCLUDED.pass
        """;

    public const string DropOthers = "DELETE FROM verified_buckets WHERE pass <> $1";
}
