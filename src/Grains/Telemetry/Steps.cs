using System.Diagnostics;

namespace GaiaOrleans.Grains.Telemetry;

/// <summary>
/// The moments within a change between which a silo may end, told to whoever listens (a <see cref="DiagnosticListener"/>): the tests end it there.
/// Nobody listens where the tests do not, and then it is one look at a field.
/// </summary>
internal static class Steps
{
    /// <summary>What listens subscribes to this name.</summary>
    public const string Source = "GaiaOrleans.Steps";

    /// <summary>A new state of the rollout is stored, and no gateway knows of it; no write is held for it.</summary>
    public const string ChangeStored = "change.stored";

    /// <summary>Every gateway has acknowledged it or lost its lease, and that is not stored.</summary>
    public const string ChangeAcknowledged = "change.acknowledged";

    /// <summary>That is stored, and the caller has not been answered.</summary>
    public const string ChangeFenced = "change.fenced";

    /// <summary>Dual-write is to be turned on or off: that writes are held is stored.</summary>
    public const string SwitchClosing = "switch.closing";

    /// <summary>They are held everywhere; it has not been decided.</summary>
    public const string SwitchHeld = "switch.held";

    /// <summary>The new value is stored, and no gateway knows of it; writes are held.</summary>
    public const string SwitchTurned = "switch.turned";

    /// <summary>Legacy leads again, and nothing of what it lacks has been waited for.</summary>
    public const string RollbackFlipped = "rollback.flipped";

    /// <summary>An advance was granted, and is not stored.</summary>
    public const string PhaseJudged = "phase.judged";

    /// <summary>A page of a run has been worked on, and how far it came is not stored.</summary>
    public const string RunPageDone = "run.page_done";

    /// <summary>How far it came is stored.</summary>
    public const string RunStored = "run.stored";

    private static readonly DiagnosticListener Listener = new(Source);

    public static void Reach(string step)
    {
        if (Listener.IsEnabled(step)) Listener.Write(step, null);
    }
}
