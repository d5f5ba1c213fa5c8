using GaiaOrleans.Contracts.Rollouts;

namespace GaiaOrleans.Sessions;

/// <summary>The calls under way, and the door that is shut when the process leaves.</summary>
internal sealed class OpenCalls
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open;
    private bool _shut;

    /// <exception cref="LeaseLostException">The process is leaving: nobody waits for it any more when the rollout changes.</exception>
    public void Enter()
    {
        lock (_gate)
        {
            if (_shut) throw new LeaseLostException();
            _open++;
        }
    }

    public void Leave()
    {
        lock (_gate)
            if (--_open == 0 && _shut)
                _left.TrySetResult();
    }

    /// <summary>Lets nobody in from now on; completes when the last one has left.</summary>
    public Task Shut()
    {
        lock (_gate)
        {
            _shut = true;
            if (_open == 0) _left.TrySetResult();
            return _left.Task;
        }
    }
}
