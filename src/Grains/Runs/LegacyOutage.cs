using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Legacy;

namespace GaiaOrleans.Grains.Runs;

/// <summary>
/// One session that GAIA_HOME does not answer for fails alone. Where it answers nobody, that is no session's fault, and the page is done again; a few times also where it answers
/// again by now, or one silo has stopped asking for a moment.
/// </summary>
public sealed class LegacyOutage(ILegacySessions legacy)
{
    // With the waits between them longer than a circuit is open before the next trial.
    private const int TimesAgain = 3;
    private int _times;

    /// <param name="unanswered">It has not answered for some session.</param>
    /// <exception cref="LegacyUnavailableException">The page is to be done again.</exception>
    public async Task Refuse(bool unanswered, CancellationToken cancellationToken)
    {
        if (unanswered && (_times++ < TimesAgain || !await Answers(cancellationToken))) throw new LegacyUnavailableException("GAIA_HOME does not answer.");
    }

    /// <summary>The page is done.</summary>
    public void Over() => _times = 0;

    /// <summary>Its health may be bad, and its sessions served.</summary>
    private async Task<bool> Answers(CancellationToken cancellationToken)
    {
        if (await legacy.Ping(cancellationToken)) return true;
        try
        {
            await legacy.List(null, cancellationToken);
            return true;
        }
        catch (LegacyUnavailableException)
        {
            return false;
        }
    }
}
