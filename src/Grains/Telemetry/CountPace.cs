namespace GaiaOrleans.Grains.Telemetry;

/// <summary>How often sessions are counted. Counting reads the whole table: a large one is counted less often, or its size would cost every session something.</summary>
public static class CountPace
{
    /// <summary>Of the time that one who counts spends on it, until <see cref="Most"/> is reached.</summary>
    private const double Share = 0.01;

    // A database that was slow once has not grown.
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(5);

    /// <summary>How long the last count does.</summary>
    /// <param name="took">What it cost.</param>
    public static TimeSpan After(TimeSpan took) => took / Share < Most ? took / Share : Most;
}
