namespace GaiaOrleans.Grains.Telemetry;

/// <summary>How often sessions are counted. Counting reads the whole table: a large one is counted less often, or its size would cost every session something.</summary>
public static class CountPace
{
    /// <summary>Of the time that one who counts spends on it, until <see cref="Most"/> is reached.</summary>
    private const double Share = 0.01;

    // A database that was slow once has not grown.
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(5);

    /// <param name="took">The last count.</param>
    /// <param name="least">Between two counts.</param>
    public static TimeSpan After(TimeSpan took, TimeSpan least)
    {
        var paced = took / Share > least ? took / Share : least;
        return paced < Most ? paced : Most;
    }
}
