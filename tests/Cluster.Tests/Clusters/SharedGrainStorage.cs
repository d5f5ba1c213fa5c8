using System.Collections.Concurrent;
using Orleans.Storage;

namespace GaiaOrleans.Cluster.Tests.Clusters;

/// <summary>
/// Grain state that outlives every silo of the cluster. Orleans' own memory storage keeps it in grains, so it would go with the silo whose
/// loss a test is about.
/// </summary>
public sealed class SharedGrainStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<(GrainId, string), (object State, string ETag)> _states = [];

    /// <summary>What the next write throws instead of being carried out.</summary>
    public Func<Exception?>? Fault { get; set; }

    /// <summary>As if another activation had written the same once more.</summary>
    public void WriteBehindEveryBack()
    {
        foreach (var (key, stored) in _states) _states[key] = (stored.State, Guid.NewGuid().ToString());
    }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (_states.TryGetValue((grainId, stateName), out var stored))
        {
            (grainState.State, grainState.ETag, grainState.RecordExists) = (Copy((T)stored.State), stored.ETag, true);
            return Task.CompletedTask;
        }

        (grainState.ETag, grainState.RecordExists) = (null!, false);
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (Fault?.Invoke() is { } fault) throw fault;
        var next = ((object)Copy(grainState.State)!, Guid.NewGuid().ToString());
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

    // States hold immutable records; the shell around them is what must not be shared.
    private static T Copy<T>(T state) => state switch
    {
        Grains.Runs.RunStatusState run => (T)(object)new Grains.Runs.RunStatusState { Run = run.Run, Move = run.Move, Moves = run.Moves },
        Grains.Webhooks.WebhooksState webhooks => (T)(object)new Grains.Webhooks.WebhooksState { Webhooks = webhooks.Webhooks },
        _ => state,
    };

    private static InconsistentStateException Conflict(string? stored, string? sent) => new("Another activation wrote this state.", stored, sent);
}
