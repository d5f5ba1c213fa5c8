namespace GaiaOrleans.Gateway;

/// <summary>Since when this process runs, and which build it is.</summary>
public sealed class ProcessClock(TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();

    public TimeSpan Uptime => time.GetElapsedTime(_started);

    public string Version { get; } = typeof(ProcessClock).Assembly.GetName().Version!.ToString(3);
}
