using GaiaOrleans.Contracts.Problems;
using Npgsql;

namespace GaiaOrleans.Silo.Postgres.Events;

/// <summary>Tells of conflicts by their number every two seconds: a run that finds fifty thousand is not fifty thousand events.</summary>
internal sealed partial class ConflictEvents(NpgsqlDataSource database, TimeProvider time, ILogger<ConflictEvents> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    /// <returns>How many events were appended.</returns>
    public async Task<int> Fold(CancellationToken cancellationToken) =>
        // Looks first: an insert of nothing would still take the lock that orders the events.
        (await database.Query("SELECT EXISTS (SELECT FROM conflict_changes)", r => r.GetBoolean(0), cancellationToken))[0]
            ? await database.Change(EventSql.FoldConflicts, cancellationToken)
            : 0;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Fold(stoppingToken);
            }
            catch (StorageUnavailableException e)
            {
                LogPutOff(logger, e.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Conflicts are told of later: {Reason}")]
    private static partial void LogPutOff(ILogger logger, string reason);
}
