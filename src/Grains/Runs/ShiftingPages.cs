namespace GaiaOrleans.Grains.Runs;

/// <summary>
/// Where legacy counts its pages off, a session that is deleted moves others to a page that was read already: they slip past the walk. So it walks again, until a walk finds
/// nothing new.
/// </summary>
public sealed class ShiftingPages
{
    public const int MostWalks = 5;

    public static readonly string MayBeMore =
        $"GAIA_HOME counts its pages off, and sessions are deleted there meanwhile: also the last of {MostWalks} walks over its list found new ones, so there may be more. Run it again.";

    private bool _shift, _found;

    /// <summary>Complete ones.</summary>
    public int Walks { get; private set; }

    /// <summary>The last that it may make has still found something.</summary>
    public bool Unfinished { get; private set; }

    public void Saw(bool shifts) => _shift |= shifts;

    public void Found(bool anything) => _found |= anything;

    /// <returns>Whether there is to be another.</returns>
    public bool EndWalk()
    {
        Walks++;
        var again = _shift && (Walks == 1 || _found);
        _found = false;
        Unfinished = again && Walks >= MostWalks;
        return again && !Unfinished;
    }
}
