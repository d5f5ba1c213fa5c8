using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Faults;

/// <summary>Brings one or two troubles at a time, by a schedule that its seed decides, and takes them away again.</summary>
internal sealed class Nemesis(Scene scene, IReadOnlyList<Fault> faults, Recorder recorder)
{
    private readonly Random _random = scene.Random;
    private readonly SortedDictionary<string, int> _counts = new(faults.ToDictionary(f => f.Kind, _ => 0), StringComparer.Ordinal);

    public IReadOnlyDictionary<string, int> Counts => _counts;

    public async Task Run(CancellationToken stopping)
    {
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                await Pause(TimeSpan.FromSeconds(1 + 3 * _random.NextDouble()), stopping);
                await Strike(Chosen(), TimeSpan.FromSeconds(0.5 + 6 * _random.NextDouble()), stopping);
            }
        }
        catch (OperationCanceledException)
        {
            // Whatever had begun is over by now.
        }
    }

    private List<Fault> Chosen()
    {
        var first = faults[_random.Next(faults.Count)];
        var others = faults.Where(f => f.Part != first.Part).ToList();
        return _random.Next(3) == 0 && others.Count > 0 ? [first, others[_random.Next(others.Count)]] : [first];
    }

    private async Task Strike(List<Fault> chosen, TimeSpan length, CancellationToken stopping)
    {
        var ends = new Stack<(Fault Fault, Func<Task> End)>();
        try
        {
            foreach (var fault in chosen)
            {
                recorder.Happened($"begin {fault.Kind}");
                await Begin(fault, ends);
            }

            await Pause(length, stopping);
        }
        finally
        {
            // A silo is not ready without its database: what came last may need what came first to be whole again.
            await Task.WhenAll(ends.Select(async e =>
            {
                await e.End();
                recorder.Happened($"end {e.Fault.Kind}");
            }));
        }
    }

    private async Task Begin(Fault fault, Stack<(Fault, Func<Task>)> ends)
    {
        try
        {
            ends.Push((fault, await fault.Begin(scene)));
            _counts[fault.Kind]++;
        }
        // What it was to befall is down already, or did not come to the step at which it was to end.
        catch (Exception e) when (e is InvalidOperationException or TimeoutException)
        {
            recorder.Happened($"{fault.Kind} did not happen: {e.Message.Split('\n')[0]}");
        }
    }

    private static async Task Pause(TimeSpan length, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(length);
        await timer.WaitForNextTickAsync(stopping);
    }
}
