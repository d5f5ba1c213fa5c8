using GaiaOrleans.Grains.Archives;
using GaiaOrleans.Grains.Events;
using GaiaOrleans.Grains.Guard;
using GaiaOrleans.Grains.Rollouts;
using GaiaOrleans.Grains.Runs;
using GaiaOrleans.Grains.Sessions;
using GaiaOrleans.Grains.Webhooks;
using GaiaOrleans.Grains.Windows;
using GaiaOrleans.Silo.Postgres.Archives;
using GaiaOrleans.Silo.Postgres.Consoles;
using GaiaOrleans.Silo.Postgres.Events;
using GaiaOrleans.Silo.Postgres.Guard;
using GaiaOrleans.Silo.Postgres.Retention;
using GaiaOrleans.Silo.Postgres.Rollouts;
using GaiaOrleans.Silo.Postgres.Runs;
using GaiaOrleans.Silo.Postgres.Sessions;
using GaiaOrleans.Silo.Postgres.Validation;
using GaiaOrleans.Silo.Postgres.Webhooks;
using GaiaOrleans.Silo.Postgres.Windows;
using GaiaOrleans.Silo.Telemetry;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GaiaOrleans.Silo.Postgres;

/// <summary>Sessions, rollout and figures in PostgreSQL.</summary>
internal static class PostgresHosting
{
    /// <summary>The key of the data source for statements that look rows up by id or in id order.</summary>
    public const string Lookups = "lookups";

    /// <summary>The key of the data source for the readings that a silo's lease rests on.</summary>
    public const string Lease = "lease";

    /// <summary>Added before Orleans, so that it stops after it: what the last grains commit is still written.</summary>
    public static IServiceCollection AddGaiaPostgres(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<PostgresOptions, PostgresOptionsValidator>().BindConfiguration("Postgres");
        services.AddSingleton(s => NpgsqlDataSource.Create(Tuned(s.GetRequiredService<IOptions<PostgresOptions>>().Value.ConnectionString).ConnectionString));
        services.AddKeyedSingleton(Lookups, (s, _) => NpgsqlDataSource.Create(Indexed(s.GetRequiredService<IOptions<PostgresOptions>>().Value.ConnectionString).ConnectionString));
        services.AddKeyedSingleton(Lease, (s, _) => NpgsqlDataSource.Create(Prompt(s.GetRequiredService<IOptions<PostgresOptions>>().Value.ConnectionString).ConnectionString));
        services.AddSingleton<GroupCommit>().AddHostedService(s => s.GetRequiredService<GroupCommit>());
        services.AddSingleton<BatchedLoad>().AddHostedService(s => s.GetRequiredService<BatchedLoad>());
        services.AddSingleton<FirstRows>();
        services.AddSingleton<ErrorLog>().AddHostedService(s => s.GetRequiredService<ErrorLog>());
        services.AddSingleton<ValidationLog>().AddHostedService(s => s.GetRequiredService<ValidationLog>());
        services.AddSingleton<ISessionStore, PostgresSessionStore>();
        services.AddSingleton<IRolloutStore, PostgresRolloutStore>().AddSingleton<IRunLedger, PostgresRunLedger>();
        services.AddSingleton<IEventLog, PostgresEventLog>().AddSingleton<ConflictEvents>().AddHostedService(s => s.GetRequiredService<ConflictEvents>());
        services.AddSingleton<IDeliveryLog, PostgresDeliveryLog>().AddSingleton<IEvidenceSource, PostgresEvidence>();
        services.AddSingleton<IMigrationFigures, PostgresFigures>().AddSingleton<IWindowStore, PostgresWindowStore>().AddSingleton<IGuardStore, PostgresGuardStore>();
        services.AddSingleton<WindowFlush>().AddHostedService(s => s.GetRequiredService<WindowFlush>());
        services.AddSingleton<RetentionSweep>().AddHostedService(s => s.GetRequiredService<RetentionSweep>());
        services.AddOptions<KeyManagementOptions>().Configure<NpgsqlDataSource>((o, database) => o.XmlRepository = new PostgresBrowserKeys(database));
        return services;
    }

    /// <summary>
    /// A statement that is prepared while a table is small is planned to read all of it, and goes on doing so while the table grows: what
    /// looks rows up by their ids says from the start that it wants an index.
    /// </summary>
    private static NpgsqlConnectionStringBuilder Indexed(string connectionString)
    {
        var tuned = Tuned(connectionString);
        tuned.Options = $"{tuned.Options} -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off".TrimStart();
        return tuned;
    }

    /// <summary>
    /// A pool of its own, so that much work does not cost a lease, and short waits: a connection that died with the network is found out before
    /// the lease of a silo that has another way to the database is missed.
    /// </summary>
    private static NpgsqlConnectionStringBuilder Prompt(string connectionString)
    {
        var tuned = Tuned(connectionString);
        (tuned.MaxPoolSize, tuned.CommandTimeout, tuned.Timeout, tuned.CancellationTimeout, tuned.ApplicationName) = (3, 2, 2, 500, "gaia-lease");
        return tuned;
    }

    /// <summary>
    /// A silo that loses its power, or is frozen, in the middle of a transaction holds its locks for as long as the server takes it to be there: with the
    /// system's defaults two hours, in which nobody could commit.
    /// </summary>
    internal const string LetGo = "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3 -c tcp_user_timeout=10000 -c idle_in_transaction_session_timeout=10000";

    /// <summary>
    /// What is to be sent, and is not, is thought to be a third of all rows wherever the table has been analyzed, and is next to none: in a large store PostgreSQL would start two
    /// processes to look for it, 75 ms of a processor instead of one for each page of a run, and the run would take itself for a burden.
    /// </summary>
    private const string Alone = "-c max_parallel_workers_per_gather=0";

    /// <remarks>
    /// Nothing is reset when a connection goes back to its pool: that is seven statements before the next one, 60 µs on a machine where the least of readings takes 40, and
    /// nobody leaves anything there (<see cref="Sessions.CommitConnection"/> takes it back itself).
    /// </remarks>
    private static NpgsqlConnectionStringBuilder Tuned(string connectionString)
    {
        var tuned = new NpgsqlConnectionStringBuilder(connectionString) { MaxAutoPrepare = 50, AutoPrepareMinUsages = 2, NoResetOnClose = true };
        tuned.Options = $"{tuned.Options} {LetGo} {Alone}".TrimStart();
        if (string.IsNullOrEmpty(tuned.ApplicationName)) tuned.ApplicationName = "gaia-sessions";
        return tuned;
    }
}
