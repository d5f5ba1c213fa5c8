namespace GaiaOrleans.Client;

/// <summary>How a command ended, for scripts.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>Refused or gone wrong on the other side, or a run or comparison that found something.</summary>
    public const int Failed = 1;

    /// <summary>The command line itself is wrong; nothing was sent.</summary>
    public const int Usage = 2;

    /// <summary>Refused, with the blockers that stand in the way.</summary>
    public const int Blocked = 3;

    /// <summary>Nobody answered.</summary>
    public const int Unreachable = 4;

    /// <summary>Ctrl-C before the answer (128 + SIGINT).</summary>
    public const int Interrupted = 130;
}
