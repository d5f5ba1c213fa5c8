using System.Collections.Concurrent;
using Orleans.Serialization;
using Orleans.Storage;

namespace GaiaOrleans.Cluster.Tests.Clusters;

/// <summary>
/// Grain state that outlives every silo of the cluster. Orleans' own memory storage keeps it in grains, so it would go with the silo whose
/// loss a test is about. A state is kept as the JSON that the real storage keeps: what cannot be read back from that cannot be read back here.
/// </summary>
public sealed class SharedGrainStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<(GrainId, string), (string State, string ETag)> _states = [];
    private OrleansJsonSerializer _json = null!;

    /// <summary>What the next write throws instead of being carried out.</summary>
    public Func<Exception?>? Fault { get; set; }

    public SharedGrainStorage By(OrleansJsonSerializer json)
    {
        _json = json;
        return this;
    }

    /// <summary>As if another activation had written the same once more.</summary>
    public void WriteBehindEveryBack()
    {
        foreach (var (key, stored) in _states) _states[key] = (stored.State, Guid.NewGuid().ToString());
    }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (_states.TryGetValue((grainId, stateName), out var stored))
        {
            (grainState.State, grainState.ETag, grainState.RecordExists) = ((T)_json.Deserialize(typeof(T), stored.State)!, stored.ETag, true);
            return Task.CompletedTask;
        }

        (grainState.ETag, grainState.RecordExists) = (null!, false);
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (Fault?.Invoke() is { } fault) throw fault;
        var next = (_json.Serialize(grainState.State, typeof(T)), Guid.NewGuid().ToString());
        _states.AddOrUpdate((grainId, stateName), _ => grainState.ETag is null ? next : throw Conflict(null, grainState.ETag),
            (_, stored) => stored.ETag == grainState.ETag ? next : throw Conflict(stored.ETag, grainState.ETag));
        (grainState.ETag, grainState.RecordExists) = (next.Item2, true);
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        _states.TryRemove((grainId, stateName), out _);
        return Task.CompletedTask;
    }

    private static InconsistentStateException Conflict(string? stored, string? sent) => new("Another activation wrote this state.", stored, sent);
}
