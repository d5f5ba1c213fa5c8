namespace GaiaOrleans.Grains.Sessions;

/// <summary>One session that lives on this silo, as far as readers beside it go.</summary>
internal sealed class PresentSession
{
    private HeldSession? _held;
    private long _usedAt;

    /// <summary>Null once the activation may not speak for its session any more.</summary>
    public HeldSession? Held
    {
        get => Volatile.Read(ref _held);
        set => Volatile.Write(ref _held, value);
    }

    /// <summary>When it was last read through the session itself, by the process's timestamps.</summary>
    public long UsedAt
    {
        get => Volatile.Read(ref _usedAt);
        set => Volatile.Write(ref _usedAt, value);
    }
}
