using GaiaOrleans.Silo.Postgres;
using GaiaOrleans.Testbed;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GaiaOrleans.Postgres.Tests.Databases;

/// <summary>
/// What the roles of silos and standalone gateways may do. That it is enough for a silo the other tests of this project show: their stores
/// connect as that role.
/// </summary>
[Collection(OnPostgres.Name)]
public sealed class RightsTests(PostgresFixture postgres, TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Tables = "SELECT relation::text FROM silo_rights()";

    private static CancellationToken None => CancellationToken.None;

    public static TheoryData<string> Forbidden =>
    [
        "CREATE TABLE x ()", "CREATE TEMPORARY TABLE x ()", "CREATE SCHEMA x", "CREATE VIEW x AS SELECT 1", "CREATE SEQUENCE x", "CREATE TYPE x AS (y int)",
        "CREATE FUNCTION x() RETURNS int LANGUAGE sql AS 'SELECT 1'", "CREATE INDEX ON session_records (tier)", "CREATE ROLE x", "CREATE DATABASE x", "CREATE TABLE x PARTITION OF session_keys DEFAULT",
        "CREATE TRIGGER x BEFORE INSERT ON session_records FOR EACH ROW EXECUTE FUNCTION rollout_phase_begins()",
        "ALTER TABLE session_records ADD COLUMN x int", "ALTER TABLE rollout_events DISABLE TRIGGER ALL", "ALTER FUNCTION grant_silo(name) SECURITY DEFINER", "ALTER SCHEMA public RENAME TO x",
        "DROP VIEW claude_sessions", "DROP FUNCTION session_keys_drop(interval)", "DROP INDEX session_records_pending", "DROP SCHEMA public CASCADE", "TRUNCATE session_records",
        "UPDATE rollout_history SET actor = 'nobody'", "DELETE FROM rollout_history", "UPDATE orleansquery SET querytext = ''", "DELETE FROM schemaversions",
        "SELECT grant_silo(current_user)", "SET SESSION AUTHORIZATION postgres",
    ];

    [Theory]
    [MemberData(nameof(Forbidden))]
    public async Task A_silo_creates_alters_and_drops_nothing_and_rewrites_no_history(string sql) => await Refused(database.Roles.Silo, sql);

    [Fact]
    public async Task A_silo_drops_no_table()
    {
        foreach (var table in await database.Lines($"{Tables} WHERE relation <> 'claude_sessions'::regclass")) await Refused(database.Roles.Silo, $"DROP TABLE {table} CASCADE");
    }

    [Fact]
    public async Task A_gateway_sees_which_silos_there_are_and_nothing_else()
    {
        string[] seen = ["orleansmembershiptable", "orleansquery"];
        foreach (var table in await database.Lines(Tables))
            if (seen.Contains(table)) await Run(database.Roles.Gateway, $"SELECT * FROM {table}");
            else await Refused(database.Roles.Gateway, $"SELECT * FROM {table}");
        foreach (var table in seen) await Refused(database.Roles.Gateway, $"DELETE FROM {table}");
        await Refused(database.Roles.Gateway, "SELECT session_keys_add('2099-01-01')");
        await Refused(database.Roles.Gateway, "SELECT session_keys_drop('0')");
    }

    [Fact]
    public async Task A_schema_that_is_up_to_date_needs_no_owner()
    {
        await Schema.Upgrade(database.Roles.Silo, None);
        await SchemaRights.Grant(new() { ConnectionString = database.Roles.Silo }, None);
    }

    [Fact]
    public async Task A_role_that_may_not_create_the_schema_is_told_so_and_nothing_is_created()
    {
        var roles = await DatabaseRoles.CreateAsync(postgres.Server, $"t_{Guid.NewGuid():N}");
        var refusal = (await Assert.ThrowsAsync<OptionsValidationException>(() => Schema.Upgrade(roles.Silo, None))).Message;
        Assert.Contains($"'{TestDatabase.Role(roles.Silo)}'", refusal, StringComparison.Ordinal);
        Assert.Contains("Postgres__OwnerConnectionString", refusal, StringComparison.Ordinal);
        await using var other = NpgsqlDataSource.Create(roles.Administrator);
        Assert.Equal(0L, await other.CreateCommand("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace").ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_right_that_is_missing_is_named_with_its_remedy_and_given_by_the_owner()
    {
        var role = TestDatabase.Role(database.Roles.Silo);
        await database.Execute($"REVOKE DELETE ON migration_errors FROM {role}; REVOKE EXECUTE ON FUNCTION session_keys_add(date) FROM {role}");
        var refusal = (await Assert.ThrowsAsync<OptionsValidationException>(() => SchemaRights.Grant(new() { ConnectionString = database.Roles.Silo }, None))).Message;
        Assert.Contains("migration_errors, session_keys_add", refusal, StringComparison.Ordinal);
        Assert.Contains($"SELECT grant_silo('{role}')", refusal, StringComparison.Ordinal);

        await SchemaRights.Grant(database.Options, None);
        await SchemaRights.Grant(new() { ConnectionString = database.Roles.Silo }, None);
    }

    [Fact]
    public async Task Silos_that_start_together_grant_together()
    {
        await database.Execute($"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {TestDatabase.Role(database.Roles.Silo)}");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SchemaRights.Grant(database.Options, None)));
    }

    [Fact]
    public async Task What_is_done_with_the_owners_rights_is_done_to_the_owners_tables()
    {
        await database.Execute($"GRANT TEMPORARY ON DATABASE {new NpgsqlConnectionStringBuilder(database.Roles.Owner).Database} TO {TestDatabase.Role(database.Roles.Silo)}");
        await Run(database.Roles.Silo, "CREATE TEMPORARY TABLE session_keys (LIKE session_keys); SELECT session_keys_add('2099-01-01')");
        Assert.Equal(["session_keys_20990101"], await database.Lines("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'public.session_keys'::regclass AND inhrelid::regclass::text LIKE '%2099%'"));
        await database.Execute("DROP TABLE session_keys_20990101");
        await database.Execute($"REVOKE TEMPORARY ON DATABASE {new NpgsqlConnectionStringBuilder(database.Roles.Owner).Database} FROM {TestDatabase.Role(database.Roles.Silo)}");
    }

    private static async Task Refused(string connectionString, string sql)
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => Run(connectionString, sql));
        Assert.True(refusal.SqlState == PostgresErrorCodes.InsufficientPrivilege, $"{sql}: {refusal.Message}");
    }

    private static async Task Run(string connectionString, string sql)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
