using GaiaOrleans.Contracts.Rollouts;

namespace GaiaOrleans.Gateway.Rollouts;

/// <summary>The requests that are under way under one reading's epoch. Retired when a newer epoch arrives; drained when the last has left.</summary>
public sealed class EpochScope(RolloutState state)
{
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _inFlight;
    private volatile bool _retired;

    public RolloutState State => state;

    public long InFlight => Interlocked.Read(ref _inFlight);

    public Task Drained => _drained.Task;

    /// <summary>A newer epoch has taken over; what is under way here may go on until that is in force.</summary>
    public bool Retired => _retired;

    /// <summary>False when a newer epoch has taken over: the caller takes that one.</summary>
    public bool TryEnter()
    {
        Interlocked.Increment(ref _inFlight);
        if (!_retired) return true;
        Leave();
        return false;
    }

    public void Leave()
    {
        if (Interlocked.Decrement(ref _inFlight) == 0 && _retired) _drained.TrySetResult();
    }

    public void Retire()
    {
        _retired = true;
        if (InFlight == 0) _drained.TrySetResult();
    }
}
