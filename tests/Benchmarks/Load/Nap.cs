using System.Diagnostics;
using System.Runtime.InteropServices;

namespace GaiaOrleans.Benchmarks.Load;

/// <summary>Sleeps to a tenth of a millisecond: .NET's own sleep goes by whole ones, as much as some of what is measured takes.</summary>
internal static class Nap
{
    /// <param name="begin">A timestamp of <see cref="Stopwatch"/>.</param>
    /// <param name="after">So long after it; not at all where that is over.</param>
    public static void Until(long begin, TimeSpan after)
    {
        // A signal may end it early.
        for (var left = after - Stopwatch.GetElapsedTime(begin); left > TimeSpan.Zero; left = after - Stopwatch.GetElapsedTime(begin))
        {
            var time = new Time { Seconds = (nint)left.TotalSeconds, Nanoseconds = (nint)(left.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick) };
            _ = Sleep(ref time, 0);
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    [DllImport("libc", EntryPoint = "nanosleep")]
    private static extern int Sleep(ref Time time, nint remaining);
}
