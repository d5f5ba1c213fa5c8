using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains;
using GaiaOrleans.Grains.Events;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Silo.Cluster;

/// <summary>Tells what happens to the cluster. Every silo tells what it sees, and what they all see is told once.</summary>
internal sealed partial class ClusterEvents(
    IClusterMembershipService membership, IEventLog log, IOptions<GaiaOptions> gaia, TimeProvider time, ILogger<ClusterEvents> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ClusterMembershipSnapshot? before = null;
        await foreach (var now in membership.MembershipUpdates.WithCancellation(stoppingToken))
        {
            foreach (var draft in MembershipEvents.Between(before, now, gaia.Value.ExpectedSilos)) await Append(draft, stoppingToken);
            before = now;
        }
    }

    /// <summary>A cluster that loses its database has something to tell afterwards.</summary>
    private async Task Append(EventDraft draft, CancellationToken cancellationToken)
    {
        while (true)
            try
            {
                await log.Append(draft, cancellationToken);
                return;
            }
            catch (StorageUnavailableException e)
            {
                LogWaits(logger, draft.Data, e.Message);
                await Task.Delay(Pause, time, cancellationToken);
            }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Event} waits to be told: {Reason}")]
    private static partial void LogWaits(ILogger logger, string @event, string reason);
}
