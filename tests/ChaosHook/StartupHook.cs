using System.Diagnostics;

/// <summary>
/// Loaded by the runtime into a silo that is started with <c>DOTNET_STARTUP_HOOKS</c>. Ends the process at once when it reaches the step whose name
/// stands in the file <c>GAIA_DIES_AT</c> names; the file is gone then, so that it happens once.
/// </summary>
#pragma warning disable CA1050 // The runtime looks for this very name.
internal static class StartupHook
{
    private const string Source = "GaiaOrleans.Steps";

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable("GAIA_DIES_AT") is { Length: > 0 } file) DiagnosticListener.AllListeners.Subscribe(new Watcher(file));
    }

    private sealed class Watcher(string file) : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        public void OnNext(DiagnosticListener listener)
        {
            if (listener.Name == Source) listener.Subscribe(this);
        }

        public void OnNext(KeyValuePair<string, object?> step)
        {
            if (!Wanted(step.Key)) return;
            File.Delete(file);
            Process.GetCurrentProcess().Kill();
        }

        public void OnCompleted() { }

        public void OnError(Exception error) { }

        private bool Wanted(string step)
        {
            try
            {
                return File.ReadAllText(file) == step;
            }
            // Nothing is wanted.
            catch (IOException)
            {
                return false;
            }
        }
    }
}
