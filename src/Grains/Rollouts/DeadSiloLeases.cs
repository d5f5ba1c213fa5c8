using GaiaOrleans.Contracts.Problems;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Grains.Rollouts;

/// <summary>
/// Until when a silo that was declared dead may still believe that it lives. Declared dead is not gone: cut off from its peers it goes on
/// answering reads from memory until its lease ends, and its successor must not change a session under such an answer.
/// </summary>
public sealed class DeadSiloLeases(IClusterMembershipService membership, TimeProvider time, IOptions<RolloutOptions> options) : BackgroundService
{
    private readonly Lock _gate = new();
    private ClusterMembershipSnapshot? _seen;
    private long _until = long.MinValue;

    /// <summary>Completes when no silo that had died by <paramref name="membershipVersion"/> can hold a lease any more; at once where none has died lately.</summary>
    /// <param name="membershipVersion">As the store showed it when the session was loaded: this silo may hear of a death later than its successor does.</param>
    public Task Ended(long membershipVersion, CancellationToken cancellationToken)
    {
        if (membership.CurrentSnapshot.Version.Value < membershipVersion) return CatchUp(membershipVersion, cancellationToken);
        var left = Left();
        return left > TimeSpan.Zero ? Task.Delay(left, time, cancellationToken) : Task.CompletedTask;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(stoppingToken)) Look(snapshot);
    }

    private async Task CatchUp(long membershipVersion, CancellationToken cancellationToken)
    {
        try
        {
            await membership.Refresh(new(membershipVersion), cancellationToken);
        }
        // Whatever the membership's own store throws: nothing has been done yet.
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new StorageUnavailableException($"The cluster's members cannot be read: {e.Message}");
        }

        var left = Left();
        if (left > TimeSpan.Zero) await Task.Delay(left, time, cancellationToken);
    }

    private TimeSpan Left()
    {
        lock (_gate)
        {
            Look(membership.CurrentSnapshot);
            var now = time.GetTimestamp();
            return now < _until ? time.GetElapsedTime(now, _until) : TimeSpan.Zero;
        }
    }

    private void Look(ClusterMembershipSnapshot snapshot)
    {
        lock (_gate)
        {
            if (_seen is not null && snapshot.Version <= _seen.Version) return;
            // Its lease was renewed for the last time before its death was written; from now on counts longer than that, never shorter.
            if (snapshot.Members.Values.Any(m => m.Status == SiloStatus.Dead && Died(m.SiloAddress))) _until = time.GetTimestamp() + Ticks(options.Value.SiloLease + options.Value.Margin);
            _seen = snapshot;
        }
    }

    /// <summary>One that was shutting down has given its sessions up by itself. What died before this silo looked for the first time may have died just now.</summary>
    private bool Died(SiloAddress silo) =>
        _seen is null || !_seen.Members.TryGetValue(silo, out var before) || before.Status is not (SiloStatus.Dead or SiloStatus.ShuttingDown or SiloStatus.Stopping);

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
