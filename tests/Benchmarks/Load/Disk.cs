using GaiaOrleans.Testbed;

namespace GaiaOrleans.Benchmarks.Load;

internal static class Disk
{
    /// <summary>Returns when what was written before is on the disk, as a row that deleted gigabytes leaves it: commits that are measured would wait for that.</summary>
    public static async Task Written(CancellationToken cancellation)
    {
        await using var sync = ChildProcess.Start(new("sync"));
        await sync.WaitForExitAsync(cancellation);
    }
}
