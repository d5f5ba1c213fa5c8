using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Grains.Runs;

/// <summary>One session that GAIA_HOME does not answer for fails alone; where it answers nobody, that is no session's fault, and the page is done again.</summary>
public static class LegacyOutage
{
    /// <param name="unanswered">It has not answered for some session.</param>
    /// <exception cref="LegacyUnavailableException">It answers nobody.</exception>
    public static async Task RefuseFor(bool unanswered, ILegacySessions legacy, CancellationToken cancellationToken)
    {
        if (unanswered && !await legacy.Ping(cancellationToken)) throw new LegacyUnavailableException("GAIA_HOME does not answer.");
    }
}
