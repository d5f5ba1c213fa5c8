using GaiaOrleans.Gateway;
using GaiaOrleans.Silo;
using GaiaOrleans.Silo.Cluster;
using GaiaOrleans.Silo.InMemory;
using GaiaOrleans.Silo.Preflight;
using Microsoft.Extensions.Options;
using Npgsql;

try
{
    if (Probe.Requested(args) is { } probed) return await Probe.Run(probed, Console.Error, CancellationToken.None);
    if (PreflightCommand.Requested(args)) return await PreflightCommand.Run(args, Console.Out, Console.Error, CancellationToken.None);
    if (InMemoryCluster.Requested(args) is { } silos)
    {
        await InMemoryCluster.Run(silos, args);
        return 0;
    }

    await using var app = await SiloApplication.OnPostgres(args, CancellationToken.None);
    var clock = app.Services.GetRequiredService<ClockWatch>();
    await app.RunUntilTold();
    return clock.Left ? IsolationWatch.ExitCode : 0;
}
catch (OptionsValidationException e)
{
    foreach (var failure in e.Failures) Console.Error.WriteLine($"Configuration: {failure}");
    return 1;
}
catch (PostgresException e)
{
    Console.Error.WriteLine($"PostgreSQL refuses: {e.MessageText} ({e.SqlState}). Check the role, its rights and the database in Postgres__ConnectionString and Postgres__OwnerConnectionString.");
    return 1;
}
catch (NpgsqlException e)
{
    Console.Error.WriteLine($"PostgreSQL does not answer: {e.Message}. Check Postgres__ConnectionString and that the server runs.");
    return 1;
}
