using GaiaOrleans.Demo.Clusters;
using GaiaOrleans.Demo.Screens;

namespace GaiaOrleans.Demo.Acts;

/// <summary>10 % → 50 % with one silo killed → 100 % → back to 0 → 100 % again, clients working all the while.</summary>
internal sealed class Shift(Cluster cluster, Traffic traffic, TimeSpan perStep, Screen screen)
{
    /// <summary>The silo that was killed; null when none could be.</summary>
    public Silo? Victim { get; private set; }

    public DateTimeOffset? KilledAt { get; private set; }

    public double RollbackMs { get; private set; }

    public async Task Perform(CancellationToken cancellation)
    {
        await traffic.Split(10, cancellation);
        await traffic.Flow("10 %", perStep, cancellation);
        await traffic.Split(50, cancellation);
        Kill();
        await traffic.Flow("50 %", perStep, cancellation);
        await traffic.Split(100, cancellation);
        await traffic.Flow("100 %", perStep, cancellation);
        RollbackMs = await traffic.RollBack(cancellation);
        await traffic.Flow("0 %", perStep, cancellation);
        await traffic.Split(100, cancellation);
        await traffic.Flow("100 %", perStep, cancellation);
    }

    private void Kill()
    {
        if (cluster.Victim() is not { } silo)
        {
            screen.Note("no silo is killed: its sessions would not outlive its process");
            return;
        }
        Victim = silo;
        KilledAt = traffic.Kill(silo);
    }
}
