namespace GaiaOrleans.Grains.Sessions;

/// <summary>One session that lives on this silo: what readers beside it are shown, and whether its activation may still speak for it.</summary>
internal sealed class PresentSession
{
    private readonly Lock _gate = new();
    private HeldSession? _held;
    private long _usedAt;
    private int _storing;
    private bool _released;
    private TaskCompletionSource? _stored;
    private PresentSession? _before;

    /// <summary>Null once the activation may not speak for its session any more.</summary>
    public HeldSession? Held
    {
        get => Released ? null : Volatile.Read(ref _held);
        set => Volatile.Write(ref _held, value);
    }

    /// <summary>When it was last read through the session itself, by the process's timestamps.</summary>
    public long UsedAt
    {
        get => Volatile.Read(ref _usedAt);
        set => Volatile.Write(ref _usedAt, value);
    }

    /// <summary>Another activation speaks for the session.</summary>
    public bool Released => Volatile.Read(ref _released);

    /// <summary>From here to <see cref="EndStoring"/> a release waits. False = there has been one, and nothing is to be stored.</summary>
    public bool TryBeginStoring()
    {
        lock (_gate)
        {
            if (_released) return false;
            _storing++;
            return true;
        }
    }

    public void EndStoring()
    {
        lock (_gate)
            if (--_storing == 0) _stored?.TrySetResult();
    }

    /// <summary>Completes when what was being stored has been, or has failed; also by one that this one has replaced on its silo.</summary>
    public async Task Release()
    {
        Task stored;
        PresentSession? before;
        lock (_gate)
        {
            Volatile.Write(ref _released, true);
            stored = _storing == 0 ? Task.CompletedTask : (_stored ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            before = _before;
        }

        await stored;
        if (before is not null) await before.Release();
    }

    /// <summary>What it has replaced lets go first.</summary>
    public async Task Replace(PresentSession before)
    {
        lock (_gate) _before = before;
        await before.Release();
        lock (_gate) _before = null;
    }
}
