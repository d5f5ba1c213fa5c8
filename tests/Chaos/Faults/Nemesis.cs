using System.Runtime.InteropServices;
using GaiaOrleans.Chaos.History;

namespace GaiaOrleans.Chaos.Faults;

/// <summary>Brings one or two troubles at a time, by a schedule that its seed decides, and takes them away again.</summary>
internal sealed class Nemesis(Scene scene, IReadOnlyList<Fault> faults, Recorder recorder)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromSeconds(30);
    private readonly Random _random = scene.Random;
    private readonly List<Fault> _deck = [];
    private readonly SortedDictionary<string, int> _counts = new(faults.ToDictionary(f => f.Kind, _ => 0), StringComparer.Ordinal);

    public IReadOnlyDictionary<string, int> Counts => _counts;

    public async Task Run(CancellationToken stopping)
    {
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                await Pause(TimeSpan.FromSeconds(1 + 3 * _random.NextDouble()), stopping);
                // Mostly short; now and then longer than anybody's patience.
                await Strike(Chosen(), Shortest * Math.Pow(Longest / Shortest, Math.Pow(_random.NextDouble(), 2)), stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Whatever had begun is over by now.
        }
    }

    private List<Fault> Chosen()
    {
        var first = Draw(null)!;
        return _random.Next(2) == 0 && Draw(first.Part) is { } second ? [first, second] : [first];
    }

    /// <summary>From a shuffled deck, so that every kind has its turn before one comes again.</summary>
    /// <param name="unlike">The part that has its trouble already.</param>
    private Fault? Draw(string? unlike)
    {
        if (_deck.Count == 0)
        {
            _deck.AddRange(faults);
            _random.Shuffle(CollectionsMarshal.AsSpan(_deck));
        }

        var at = _deck.FindLastIndex(f => f.Part != unlike);
        if (at < 0) return null;
        var drawn = _deck[at];
        _deck.RemoveAt(at);
        return drawn;
    }

    private async Task Strike(List<Fault> chosen, TimeSpan length, CancellationToken stopping)
    {
        var struck = new List<Struck>();
        try
        {
            foreach (var fault in chosen) await Begin(fault, struck);
            await Pause(length, stopping);
            // One that is cut short, or that nobody has felt, was none.
            foreach (var one in struck)
                if (await Does($"whether {one.Fault.Kind} was felt", one.Felt)) _counts[one.Fault.Kind]++;
                else recorder.Happened($"{one.Fault.Kind} was not felt");
        }
        finally
        {
            // A silo is not ready without its database: what came last may need what came first to be whole again.
            await Task.WhenAll(struck.Select(async one =>
            {
                await Does($"the end of {one.Fault.Kind}", async () =>
                {
                    await one.End();
                    return true;
                });
                recorder.Happened($"end {one.Fault.Kind}");
                recorder.Suffered(new(one.Fault.Kind, one.Began, recorder.Now));
            }));
        }
    }

    private async Task Begin(Fault fault, List<Struck> struck)
    {
        recorder.Happened($"begin {fault.Kind}");
        var began = recorder.Now;
        try
        {
            var felt = fault.Watch(scene);
            struck.Add(new(fault, began, felt, await fault.Begin(scene)));
        }
        // What it was to befall is down already, or did not come to the step at which it was to end.
        catch (Exception e)
        {
            recorder.Happened($"{fault.Kind} did not happen: {e.Message.Split('\n')[0]}");
            recorder.Suffered(new(fault.Kind, began, recorder.Now));
            // It has its turn after the others.
            _deck.Insert(0, fault);
        }
    }

    /// <summary>What goes wrong here is the nemesis' own trouble, or what it befell was not whole again: said, and no reason to break nothing any more.</summary>
    private async Task<bool> Does(string what, Func<Task<bool>> act)
    {
        try
        {
            return await act();
        }
        catch (Exception e)
        {
            recorder.Broke($"{what}: {e.Message}");
            return false;
        }
    }

    private sealed record Struck(Fault Fault, long Began, Func<Task<bool>> Felt, Func<Task> End);

    private static async Task Pause(TimeSpan length, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(length);
        await timer.WaitForNextTickAsync(stopping);
    }
}
