namespace GaiaOrleans.Silo.Legacy;

/// <summary>
/// After a break the next request tries whether GAIA_HOME is back. Where nobody writes none comes: the circuit of a silo that is idle would stay open, its alert
/// on and its shadow reads refused until somebody does. So it tries by itself, long after anybody else would have.
/// </summary>
internal sealed class CircuitTrial(HttpLegacySessions legacy, TimeProvider time) : BackgroundService
{
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pace, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            if (legacy is { Circuit: "open", Refuses: false })
                await legacy.Try(stoppingToken);
    }
}
