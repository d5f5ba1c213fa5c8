using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace GaiaOrleans.Benchmarks.Failover;

/// <summary>A client of one session, through one gateway: it changes it, waits a moment, and changes it again.</summary>
internal sealed class Prober(HttpClient http, Uri gateway, string id)
{
    private static readonly TimeSpan Thought = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(50);

    // An answer that came so soon was on its way already.
    private static readonly TimeSpan OnItsWay = TimeSpan.FromMilliseconds(50);
    private readonly ConcurrentQueue<(long Sent, long Answered, bool Ok)> _attempts = [];

    public Uri Gateway => gateway;

    public int Changes => _attempts.Count(a => a.Ok);

    public int Failed(long strike) => _attempts.Count(a => !a.Ok && a.Answered >= strike);

    public async Task Run(CancellationToken stopping)
    {
        // Not all in the same moment.
        await Pause(Thought * Random.Shared.NextDouble(), stopping);
        for (var n = 0; !stopping.IsCancellationRequested; n++)
        {
            var sent = Stopwatch.GetTimestamp();
            var ok = await Change(n);
            _attempts.Enqueue((sent, Stopwatch.GetTimestamp(), ok));
            await Pause(ok ? Thought : AfterFailure, stopping);
        }
    }

    /// <summary>The longest time after the strike in which no change was acknowledged; null = none has been yet.</summary>
    public TimeSpan? OutageAfter(long strike)
    {
        TimeSpan? longest = null;
        var since = strike;
        foreach (var (sent, answered, ok) in _attempts)
        {
            if (!ok || answered < strike) continue;
            var outage = Stopwatch.GetElapsedTime(since, answered);
            if (longest is null && sent < strike && outage <= OnItsWay) continue;
            // Between two changes it waits by itself.
            longest = longest is not { } first ? outage : outage - Thought > first ? outage - Thought : first;
            since = answered;
        }

        return longest;
    }

    private async Task<bool> Change(int n)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Patch, new Uri(gateway, $"api/sessions/{id}"));
            request.Content = new StringContent($$$"""{"metadata":{"n":{{{n}}}}}""", Encoding.UTF8, "application/merge-patch+json");
            using var answer = await http.SendAsync(request, CancellationToken.None);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private static Task Pause(TimeSpan pause, CancellationToken stopping) =>
        Task.Delay(pause, TimeProvider.System, stopping).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
}
