using GaiaOrleans.Contracts.Charges;
using GaiaOrleans.Contracts.Sessions;

namespace GaiaOrleans.Gateway.Charges;

/// <summary>Session requests of this gateway, by the side that was charged, until somebody takes them.</summary>
public sealed class SessionCharges
{
    private long _go, _goErrors, _python, _pythonErrors;

    /// <summary>Where they go at once in a process that keeps windows itself. Default: they wait here.</summary>
    public Action<ChargedRequests>? Taker { get; set; }

    public void Count(Side side, bool failed) => (Taker ?? Add)(side == Side.Go ? new(1, failed ? 1 : 0, 0, 0) : new(0, 0, 1, failed ? 1 : 0));

    /// <summary>Also takes back what could not be handed over.</summary>
    public void Add(ChargedRequests requests)
    {
        Interlocked.Add(ref _go, requests.Go);
        Interlocked.Add(ref _goErrors, requests.GoErrors);
        Interlocked.Add(ref _python, requests.Python);
        Interlocked.Add(ref _pythonErrors, requests.PythonErrors);
    }

    /// <summary>Errors first: one that is counted meanwhile must not be taken without its request.</summary>
    public ChargedRequests Take()
    {
        var (goErrors, pythonErrors) = (Interlocked.Exchange(ref _goErrors, 0), Interlocked.Exchange(ref _pythonErrors, 0));
        return new(Interlocked.Exchange(ref _go, 0), goErrors, Interlocked.Exchange(ref _python, 0), pythonErrors);
    }
}
