namespace GaiaOrleans.Chaos.Checks;

/// <summary>Whether the windows, by which gates and guard judge, have counted what clients saw.</summary>
internal static class CountCheck
{
    /// <param name="counted">Session requests in the windows of both sides.</param>
    /// <param name="asked">Those that clients made; one that nobody answered may have been counted.</param>
    /// <param name="answered">Those of them that were answered.</param>
    /// <param name="whole">Nothing befell a process that counts: what it had not written down yet is not lost.</param>
    public static IEnumerable<Violation> Of(long counted, long asked, long answered, bool whole)
    {
        if (counted > asked) yield return new(ViolationKind.Miscounted, "", $"{counted} requests were counted, {asked} were made", []);
        if (whole && counted < answered) yield return new(ViolationKind.Miscounted, "", $"{counted} requests were counted, {answered} were answered", []);
    }
}
