using GaiaOrleans.Contracts.Sessions;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>
/// One activation of a session: the real grain between ports that can be cut. A dead process is one whose ports answer no more; what it had
/// sent arrives all the same.
/// </summary>
internal sealed class Activation
{
    private static readonly DeactivationReason Dropped = new(DeactivationReasonCode.ApplicationRequested, "model");
    private readonly World _world;
    private readonly StorePort _store;
    private readonly SessionGrain _grain;

    public Activation(World world, string id)
    {
        _world = world;
        Legacy = new(world, this);
        _store = new(world, this);
        _grain = SessionGrainHost.Make(id, _store, Legacy, world.Store.RolloutRows, world.Events, () => Leaving = true).Grain;
        _grain.OnActivateAsync(default).GetAwaiter().GetResult();
    }

    public bool Dead { get; private set; }

    /// <summary>It asked to be dropped: what is stored may not be what it remembers.</summary>
    public bool Leaving { get; private set; }

    public LegacyPort Legacy { get; }

    /// <summary>As it loaded the row or committed it last.</summary>
    public SessionRow Row => _store.Rows[^1];

    public IReadOnlyList<SessionRow> Rows => _store.Rows;

    public void Die() => Dead = true;

    public T Call<T>(Func<ISessionGrain, Task<T>> call)
    {
        Legacy.Forget();
        _world.CalledAt = _world.Events.GetUtcNow();
        var task = call(_grain);
        _world.Events.Until(() => task.IsCompleted || Dead);
        return task.IsCompleted ? task.GetAwaiter().GetResult() : throw new CrashedException();
    }

    /// <summary>Dropped by its silo, which waits as long as the grain asks it to.</summary>
    public void Retire()
    {
        if (Dead) return;
        var gone = _grain.OnDeactivateAsync(Dropped, default);
        _world.Events.Until(() => gone.IsCompleted || Dead);
        Die();
    }

    /// <summary>Answers after a while, if anybody is still there then.</summary>
    public Task<T> Later<T>(TimeSpan delay, Func<T> answer)
    {
        var source = new TaskCompletionSource<T>();
        if (!Dead) _world.Events.After(delay, () =>
        {
            if (!Dead) source.SetResult(answer());
        });
        return source.Task;
    }

    public static Task<T> Never<T>() => new TaskCompletionSource<T>().Task;

    /// <summary>The process dies here if the weather says so; then nobody answers.</summary>
    public bool DiesAt(CrashPoint point, CrashPoint planned)
    {
        if (planned != point || Dead) return Dead;
        _world.Corners.Visit($"crash {point}");
        Die();
        return true;
    }
}
