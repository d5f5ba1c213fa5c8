using System.Diagnostics;
using HdrHistogram;

namespace GaiaOrleans.Benchmarks.Load;

/// <summary>
/// Requests at a fixed rate, whether or not earlier ones were answered. A latency counts from the moment at which its request was due: a
/// server that stalls is charged for all who would have come meanwhile, not only for the one that waited.
/// </summary>
internal static class OpenLoop
{
    public const long LongestMicros = 60_000_000;

    /// <param name="perSecond">Requests a second.</param>
    /// <param name="request">Sends the n-th and returns when it is answered.</param>
    public static async Task<LongHistogram> Run(double perSecond, TimeSpan length, Func<int, Task> request, CancellationToken cancellation)
    {
        var total = (int)(perSecond * length.TotalSeconds);
        var waits = new long[total];
        var answers = new Task[total];
        var begin = Stopwatch.GetTimestamp();
        await Task.Factory.StartNew(Send, cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.WhenAll(answers);
        var histogram = new LongHistogram(1, LongestMicros, 3);
        foreach (var wait in waits) histogram.RecordValue(Math.Clamp(wait, 1, LongestMicros));
        return histogram;

        // On a thread of its own: the timers of the thread pool go by a clock of 4 ms, which would be most of what is measured.
        void Send()
        {
            for (var n = 0; n < total; n++)
            {
                cancellation.ThrowIfCancellationRequested();
                Nap.Until(begin, TimeSpan.FromSeconds(n / perSecond));
                answers[n] = Timed(n);
            }
        }

        async Task Timed(int n)
        {
            var dueAt = n / perSecond;
            await request(n);
            waits[n] = (long)((Stopwatch.GetElapsedTime(begin).TotalSeconds - dueAt) * 1_000_000);
        }
    }
}
