using System.Text.Json;
using GaiaOrleans.Chaos.Checks;
using GaiaOrleans.Testbed;
using Npgsql;

namespace GaiaOrleans.Chaos.Clients;

/// <summary>What the two databases hold, past every program that owns them, and every state that a session's register has had there.</summary>
internal sealed class Databases(LocalCluster cluster)
{
    private const string Audit = $"""
        CREATE TABLE chaos_audit (n bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL DEFAULT clock_timestamp(), id text NOT NULL, register text);
        CREATE FUNCTION chaos_audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        DECLARE now_is text := CASE WHEN NEW.deleted_at IS NULL THEN coalesce(NEW.extra ->> '{SessionClient.Member}', '') END;
        BEGIN
            IF TG_OP = 'INSERT' OR now_is IS DISTINCT FROM (CASE WHEN OLD.deleted_at IS NULL THEN coalesce(OLD.extra ->> '{SessionClient.Member}', '') END) THEN
                INSERT INTO chaos_audit (id, register) VALUES (NEW.id, now_is);
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER chaos_audit AFTER INSERT OR UPDATE ON session_records FOR EACH ROW EXECUTE FUNCTION chaos_audit();
        """;

    private const string Audited = "SELECT id, register, extract(epoch FROM at)::double precision FROM chaos_audit ORDER BY n";
    private const string Stored = $"SELECT id, coalesce(extra ->> '{SessionClient.Member}', '') FROM session_records WHERE deleted_at IS NULL";
    private const string Behind = "SELECT id FROM session_records WHERE legacy_version <> version OR intent IS NOT NULL ORDER BY id";

    private const string StillLate = "SELECT count(*) FROM session_records WHERE late_until IS NOT NULL";

    private const string PythonConnect = "import json, sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=10, isolation_level=None); ";
    private const string PythonRegister = $"json_extract(NEW.body, '$.{SessionClient.Member}')";

    private const string PythonAudit = PythonConnect + $"""
        c.executescript("CREATE TABLE chaos_audit (n INTEGER PRIMARY KEY, at REAL NOT NULL DEFAULT ((julianday('now') - 2440587.5) * 86400.0), id TEXT NOT NULL, register TEXT);"
        "CREATE TRIGGER chaos_made AFTER INSERT ON sessions BEGIN INSERT INTO chaos_audit (id, register) VALUES (NEW.id, coalesce({PythonRegister}, '')); END;"
        "CREATE TRIGGER chaos_changed AFTER UPDATE ON sessions BEGIN INSERT INTO chaos_audit (id, register) VALUES (NEW.id, coalesce({PythonRegister}, '')); END;"
        "CREATE TRIGGER chaos_removed AFTER DELETE ON sessions BEGIN INSERT INTO chaos_audit (id, register) VALUES (OLD.id, NULL); END;"); print("null")
        """;

    private const string PythonAudited = PythonConnect + "print(json.dumps(c.execute('SELECT id, register, at FROM chaos_audit ORDER BY n').fetchall()))";
    private const string Held = PythonConnect + $"print(json.dumps({{i: json.loads(b).get('{SessionClient.Member}', '') for i, b in c.execute('SELECT id, body FROM sessions')}}))";

    /// <summary>From now on both databases write down each state of each register.</summary>
    public async Task Watch(CancellationToken cancellation)
    {
        await using var database = NpgsqlDataSource.Create(cluster.ConnectionString);
        await using var command = database.CreateCommand(Audit);
        await command.ExecuteNonQueryAsync(cancellation);
        await Python<object>(PythonAudit, cancellation);
    }

    /// <summary>The register of each session in PostgreSQL.</summary>
    public async Task<IReadOnlyDictionary<string, string>> InPostgres(CancellationToken cancellation) =>
        (await Query(Stored, r => (Id: r.GetString(0), Register: r.GetString(1)), cancellation)).ToDictionary(s => s.Id, s => s.Register);

    /// <summary>The register of each session in GAIA_HOME's SQLite.</summary>
    public async Task<IReadOnlyDictionary<string, string>> InSqlite(CancellationToken cancellation) => (await Python<Dictionary<string, string>>(Held, cancellation))!;

    /// <summary>The sessions, also deleted ones, of which the cluster does not say that GAIA_HOME has all.</summary>
    public Task<IReadOnlyList<string>> Unsettled(CancellationToken cancellation) => Query(Behind, r => r.GetString(0), cancellation);

    /// <summary>How many sessions a late request may still change on GAIA_HOME.</summary>
    public async Task<long> Late(CancellationToken cancellation) => (await Query(StillLate, r => r.GetInt64(0), cancellation))[0];

    /// <summary>The states of PostgreSQL, each session's in their order.</summary>
    public Task<IReadOnlyList<HeldState>> StatesInPostgres(CancellationToken cancellation) =>
        Query(Audited, r => new HeldState(r.GetString(0), r.IsDBNull(1) ? null : r.GetString(1), r.GetDouble(2)), cancellation);

    /// <summary>Those of GAIA_HOME's SQLite.</summary>
    public async Task<IReadOnlyList<HeldState>> StatesInSqlite(CancellationToken cancellation) =>
        [.. (await Python<JsonElement[][]>(PythonAudited, cancellation))!.Select(s => new HeldState(s[0].GetString()!, s[1].GetString(), s[2].GetDouble()))];

    private async Task<IReadOnlyList<T>> Query<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellation)
    {
        await using var database = NpgsqlDataSource.Create(cluster.ConnectionString);
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellation)) rows.Add(read(reader));
        return rows;
    }

    private async Task<T?> Python<T>(string program, CancellationToken cancellation)
    {
        await using var python = ChildProcess.Start(new("python3", "-c", program, cluster.Legacy.Database));
        return await python.WaitForExitAsync(cancellation) == 0
            ? JsonSerializer.Deserialize<T>(python.Output[^1])
            : throw new InvalidOperationException(string.Join(Environment.NewLine, python.Output));
    }
}
