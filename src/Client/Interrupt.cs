using System.Runtime.InteropServices;

namespace GaiaOrleans.Client;

/// <summary>Ctrl-C and SIGTERM as a token, so that the command in progress ends in its own words.</summary>
internal sealed class Interrupt : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _signals;

    public Interrupt() => _signals = [Take(PosixSignal.SIGINT), Take(PosixSignal.SIGTERM)];

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var signal in _signals)
            signal.Dispose();
        _source.Dispose();
    }

    /// <summary>The second signal is left to the system: whoever insists is obeyed at once.</summary>
    private PosixSignalRegistration Take(PosixSignal signal) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = !_source.IsCancellationRequested;
        _source.Cancel();
    });
}
