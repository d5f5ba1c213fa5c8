namespace GaiaOrleans.Chaos.History;

/// <summary>Lengths, in ticks of the recorder's clock.</summary>
internal static class Moments
{
    /// <summary>
    /// As late as a request that nobody waits for any more may take effect: it may stand in a process that stands still, and arrive at GAIA_HOME as late as
    /// that is expected; then it is put right.
    /// </summary>
    public static readonly long Late = Of(TimeSpan.FromSeconds(60));

    /// <summary>By how much a moment of the wall clock may be another on the recorder's.</summary>
    public static readonly long WallClock = Of(TimeSpan.FromMilliseconds(20));

    public static long Of(TimeSpan length) => (long)(length.TotalSeconds * TimeProvider.System.TimestampFrequency);
}
