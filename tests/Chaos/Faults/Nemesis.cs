using GaiaOrleans.Chaos.History;
using GaiaOrleans.Testbed;

namespace GaiaOrleans.Chaos.Faults;

/// <summary>Brings one or two troubles at a time, by a schedule that its seed decides, and takes them away again.</summary>
internal sealed class Nemesis(LocalCluster cluster, IReadOnlyList<Fault> faults, Recorder recorder, Random random)
{
    private readonly SortedDictionary<string, int> _counts = new(faults.ToDictionary(f => f.Kind, _ => 0), StringComparer.Ordinal);

    public IReadOnlyDictionary<string, int> Counts => _counts;

    public async Task Run(CancellationToken stopping)
    {
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                await Pause(TimeSpan.FromSeconds(1 + 3 * random.NextDouble()), stopping);
                await Strike(Chosen(), TimeSpan.FromSeconds(0.5 + 6 * random.NextDouble()), stopping);
            }
        }
        catch (OperationCanceledException)
        {
            // Whatever had begun is over by now.
        }
    }

    private List<Fault> Chosen()
    {
        var first = faults[random.Next(faults.Count)];
        var others = faults.Where(f => f.Part != first.Part).ToList();
        return random.Next(3) == 0 && others.Count > 0 ? [first, others[random.Next(others.Count)]] : [first];
    }

    private async Task Strike(List<Fault> chosen, TimeSpan length, CancellationToken stopping)
    {
        var ends = new Stack<(Fault Fault, Func<Task> End)>();
        try
        {
            foreach (var fault in chosen)
            {
                recorder.Happened($"begin {fault.Kind}");
                ends.Push((fault, await fault.Begin(cluster, random)));
                _counts[fault.Kind]++;
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

    private static async Task Pause(TimeSpan length, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(length);
        await timer.WaitForNextTickAsync(stopping);
    }
}
