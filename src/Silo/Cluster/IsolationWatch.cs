using GaiaOrleans.Gateway.Emergencies;
using GaiaOrleans.Grains.Rollouts;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Silo.Cluster;

/// <summary>
/// Watches whether this silo is cut off. Orleans ends a silo that reads of its own death, but one that can read nothing would wait for ever, and one
/// that has only lost the database would hold on to sessions that others could serve.
/// </summary>
internal sealed partial class IsolationWatch(
    SiloLease lease, LeaseWitnesses peers, EmergencySwitch emergency, IOptions<RolloutOptions> rollout, IOptions<DetectionOptions> detection, TimeProvider time,
    ILogger<IsolationWatch> logger) : BackgroundService
{
    /// <summary>The process ended because it was cut off; its supervisor is to start it again.</summary>
    public const int ExitCode = 75;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private volatile Isolation _present = Isolation.None;

    public Isolation Present => _present;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        var looked = time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var unread = lease.Unread;
            // Only a silo in doubt asks the others.
            var answers = unread > rollout.Value.SiloLease ? await Task.WhenAll(peers.Others().Select(peers.HoldsLease)) : [];
            var next = IsolationRules.Judge(
                _present, time.GetElapsedTime(looked), lease.Unread, answers, rollout.Value.SiloLease, detection.Value.GiveUpAfter, forwarding: emergency.Current is not null);
            looked = time.GetTimestamp();
            if (next.Reason is not null && _present.Reason is null) LogDoubt(logger, next.Reason);
            if (next.Reason is null && _present.Reason is not null) LogBack(logger);
            _present = next;
            if (next.Leave && !stoppingToken.IsCancellationRequested) Leave(next.Reason!);
        }
    }

    private void Leave(string reason)
    {
        LogLeaves(logger, reason, ExitCode);
#pragma warning disable RS0030 // Leaving in good order takes the database and the peers, and neither can be reached.
        Environment.Exit(ExitCode);
#pragma warning restore RS0030
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "This silo serves no sessions: {Reason}")]
    private static partial void LogDoubt(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The database answers again")]
    private static partial void LogBack(ILogger logger);

    [LoggerMessage(Level = LogLevel.Critical, Message = "This silo is cut off and ends with exit code {ExitCode}, to be started again: {Reason}")]
    private static partial void LogLeaves(ILogger logger, string reason, int exitCode);
}
