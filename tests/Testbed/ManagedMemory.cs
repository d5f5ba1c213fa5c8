namespace GaiaOrleans.Testbed;

/// <summary>What objects that stay take of this process' memory.</summary>
public static class ManagedMemory
{
    /// <summary>Bytes that remain of each of so many calls, numbered from 1.</summary>
    public static async Task<double> EachOf(int count, Func<int, Task> call)
    {
        var before = Settled();
        for (var n = 1; n <= count; n++) await call(n);
        return (double)(Settled() - before) / count;
    }

    static long Settled()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
