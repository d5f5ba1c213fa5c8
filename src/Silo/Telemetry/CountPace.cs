namespace GaiaOrleans.Silo.Telemetry;

/// <summary>How often sessions are counted. Counting reads the whole table, on every silo: a large one is counted less often, or its size would cost every session something.</summary>
internal static class CountPace
{
    /// <summary>Of the time that a silo may spend on it.</summary>
    private const double Share = 0.01;

    /// <param name="took">The last count.</param>
    /// <param name="least">Between two counts.</param>
    public static TimeSpan After(TimeSpan took, TimeSpan least) => took / Share > least ? took / Share : least;
}
