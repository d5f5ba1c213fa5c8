namespace GaiaOrleans.Cluster.Tests.Clusters;

/// <summary>The wall clock goes where a test puts it; timers and durations stay real, so that leases and a cluster's own machinery go on.</summary>
internal sealed class WallClock : TimeProvider
{
    private long _ahead;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));

    public void Set(DateTimeOffset now) => Interlocked.Add(ref _ahead, (now - GetUtcNow()).Ticks);
}
