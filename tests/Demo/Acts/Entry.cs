using System.Diagnostics;

namespace GaiaOrleans.Demo.Acts;

/// <summary>The `gaia` script, for bringing back what was killed.</summary>
internal static class Entry
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static async Task Up(string gaia, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(Path.GetFullPath(gaia), ["up", "--quiet"]);
        using var process = Process.Start(start) ?? throw new DemoFailedException($"{gaia} did not start");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Patience);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            process.Kill();
            throw new DemoFailedException($"'{gaia} up --quiet' did not end within {Patience.TotalMinutes:0} minutes");
        }
        if (process.ExitCode != 0)
            throw new DemoFailedException($"'{gaia} up --quiet' failed with exit code {process.ExitCode}");
    }
}
