using System.Collections.Concurrent;
using BenchmarkDotNet.Attributes;
using GaiaOrleans.Benchmarks.Store;
using GaiaOrleans.Contracts.Rollouts;
using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Gateway.Rollouts;
using GaiaOrleans.Grains.Rollouts;

namespace GaiaOrleans.Benchmarks.Micro;

public class RoutePath
{
    private const int Ids = 10_000;
    private readonly RolloutState _rollout = InMemoryRolloutStore.InitialState(DateTimeOffset.UnixEpoch) with { GoPercentage = 50, Salt = 4711 };
    private readonly string[] _ids = [.. Enumerable.Range(1, Ids).Select(StorePayload.Id)];
    private ConcurrentDictionary<string, Side> _sides = [];

    [GlobalSetup]
    public void Setup()
    {
        _sides = new(_ids.Select(id => KeyValuePair.Create(id, SplitRule.SideOf(id, _rollout))));
        if (Ours() is <= 0 or >= Ids) throw new InvalidOperationException("At 50 % every session went to one side.");
    }

    [Benchmark(OperationsPerInvoke = Ids)]
    public int Ours()
    {
        var go = 0;
        foreach (var id in _ids)
            if (SplitRule.SideOf(id, _rollout) == Side.Go)
                go++;
        return go;
    }

    [Benchmark(OperationsPerInvoke = Ids)]
    public int Theirs()
    {
        var go = 0;
        foreach (var id in _ids)
            if (_sides[id] == Side.Go)
                go++;
        return go;
    }
}
