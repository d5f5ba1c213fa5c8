using System.ComponentModel;
using System.Runtime.InteropServices;

namespace GaiaOrleans.Testbed;

/// <summary>What a test does to a process from outside.</summary>
public enum Signal
{
    Interrupt,
    Quit,
    Kill,
    Terminate,
    Stop,
    Continue,
}

static class SignalSending
{
    const int NoSuchProcess = 3;

    /// <returns>False when there is no such process any more.</returns>
    public static bool Send(this Signal signal, int processId)
    {
        if (Kill(processId, Number(signal)) == 0)
            return true;
        var error = Marshal.GetLastPInvokeError();
        return error == NoSuchProcess ? false : throw new Win32Exception(error, $"{signal} to process {processId}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    static int Number(Signal signal) => signal switch
    {
        Signal.Interrupt => 2,
        Signal.Quit => 3,
        Signal.Kill => 9,
        Signal.Terminate => 15,
        Signal.Stop => OperatingSystem.IsMacOS() ? 17 : 19,
        Signal.Continue => OperatingSystem.IsMacOS() ? 19 : 18,
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, null),
    };

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    static extern int Kill(int processId, int signal);
}
