using System.Diagnostics;
using System.Text;

namespace GaiaOrleans.Benchmarks.Load;

/// <summary>Clients that read and write through several gateways in the background until they are disposed.</summary>
internal sealed class ClientLoad : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly CancellationTokenSource _stopping;
    private readonly Task _running;
    private long _answered, _failed;

    // A gateway refuses while it cannot know what is in force, as on a machine that stands still for two seconds.
    private const double MostFailed = 0.001;

    private ClientLoad(IReadOnlyList<Uri> gateways, int sessions, double perSecond, CancellationToken cancellation)
    {
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _running = Run(gateways, sessions, perSecond);
    }

    public long Answered => Interlocked.Read(ref _answered);

    /// <summary>Not answered with success, or not at all.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>What was asked for was asked, and answered.</summary>
    /// <exception cref="BenchFailedException">More than one of a thousand failed, or so few were answered that the rate of the row would not be true.</exception>
    public void MustHaveHeld(double wanted)
    {
        if (Failed > MostFailed * Answered) throw new BenchFailedException($"{Failed} of {Answered} requests failed");
        if (Answered < 0.9 * wanted) throw new BenchFailedException($"{Answered} of {wanted:0} requests were answered");
    }

    public static ClientLoad Start(IReadOnlyList<Uri> gateways, int sessions, double perSecond, CancellationToken cancellation) => new(gateways, sessions, perSecond, cancellation);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
    }

    private async Task Run(IReadOnlyList<Uri> gateways, int sessions, double perSecond)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1 / perSecond));
        var requests = new List<Task>();
        // Drawn, and the same in every round: counted off, every write could come to one gateway, and each session to one kind of request.
        var draw = new Random(4711);
        var begun = Stopwatch.GetTimestamp();
        try
        {
            // Whatever is due: a tick may come after more than its period, and stands for those that were left out.
            for (var n = 0; await timer.WaitForNextTickAsync(_stopping.Token);)
                for (var due = Stopwatch.GetElapsedTime(begun).TotalSeconds * perSecond; n < due; n++)
                    requests.Add(Send(new(gateways[draw.Next(gateways.Count)], $"api/sessions/session-{draw.Next(sessions) + 1:000000}"), n));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(requests);
        }
    }

    private async Task Send(Uri session, int n)
    {
        try
        {
            using var request = new HttpRequestMessage(n % 3 == 0 ? HttpMethod.Patch : HttpMethod.Get, session);
            if (n % 3 == 0) request.Content = new StringContent($$"""{"current_task_count":{{n}}}""", Encoding.UTF8, "application/merge-patch+json");
            using var answer = await _http.SendAsync(request, CancellationToken.None);
            Interlocked.Increment(ref _answered);
            if (!answer.IsSuccessStatusCode) Interlocked.Increment(ref _failed);
        }
        catch (HttpRequestException)
        {
            Interlocked.Increment(ref _failed);
        }
    }
}
