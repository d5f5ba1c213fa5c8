using Microsoft.Extensions.Options;
using Npgsql;

namespace GaiaOrleans.Silo.Postgres;

/// <summary>What the role that the silos run as may do with the schema that somebody else may own. The grants themselves are the schema's, in its script 0025.</summary>
internal static class SchemaRights
{
    private const string Lacking = """
        SELECT string_agg(what, ', ' ORDER BY what) FROM (
            SELECT relation::text AS what FROM silo_rights() WHERE NOT (SELECT bool_and(has_table_privilege(relation, r)) FROM unnest(rights) r)
            UNION ALL
            SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND prosecdef AND proname LIKE 'session_keys_%' AND NOT has_function_privilege(oid, 'EXECUTE')) l
        """;

    private const string GrantGateway = """
        SELECT grant_gateway(rolname) FROM pg_roles
        WHERE rolname = $1 AND NOT (has_table_privilege(oid, 'orleansquery', 'SELECT') AND has_table_privilege(oid, 'orleansmembershiptable', 'SELECT'))
        """;

    /// <summary>Gives the role what it lacks, where the owner is known.</summary>
    /// <exception cref="OptionsValidationException">It lacks something and nobody who could give it is configured.</exception>
    public static async Task Grant(PostgresOptions postgres, CancellationToken cancellationToken)
    {
        await using var run = NpgsqlDataSource.Create(Schema.Unpooled(postgres.ConnectionString));
        if (postgres.OwnerConnectionString is { Length: > 0 } owner)
        {
            var role = (string)(await Scalar(run, "SELECT current_user::text", cancellationToken))!;
            var lacking = await Scalar(run, "SELECT current_schema()::text", cancellationToken) is DBNull || await Scalar(run, Lacking, cancellationToken) is not DBNull;
            await using var guard = await Schema.Alone(owner, cancellationToken);
            if (lacking) await Execute(guard, "SELECT grant_silo($1)", role, cancellationToken);
            await Execute(guard, GrantGateway, postgres.GatewayRole, cancellationToken);
        }

        if (await Scalar(run, Lacking, cancellationToken) is string missing)
        {
            var role = await Scalar(run, "SELECT current_user::text", cancellationToken);
            throw Refused($"PostgreSQL's role '{role}' has not all rights it needs on: {missing}. As the owner of the schema: SELECT grant_silo('{role}'); or give the silo the owner's connection once (environment: Postgres__OwnerConnectionString).");
        }
    }

    public static OptionsValidationException Refused(string reason) => new("Postgres", typeof(PostgresOptions), [reason]);

    private static async Task<object?> Scalar(NpgsqlDataSource database, string sql, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(sql);
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, string role, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = role, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Name } } };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
