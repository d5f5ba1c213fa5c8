using System.Reflection;
using GaiaOrleans.Grains.Sessions;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>A store whose commits can be held up before it sees them.</summary>
public class CommitGate : DispatchProxy
{
    private ISessionStore _store = null!;

    /// <summary>What commits wait for; null = nothing.</summary>
    public TaskCompletionSource? Closed { get; set; }

    public static (ISessionStore Store, CommitGate Gate) Before(ISessionStore store)
    {
        var before = Create<ISessionStore, CommitGate>();
        var gate = (CommitGate)(object)before;
        gate._store = store;
        return (before, gate);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == nameof(ISessionStore.Commit) && Closed is { } closed ? new ValueTask<CommitResult>(After(closed.Task, (SessionCommit)args![0]!)) : targetMethod.Invoke(_store, args);

    private async Task<CommitResult> After(Task opened, SessionCommit commit)
    {
        await opened;
        return await _store.Commit(commit, CancellationToken.None);
    }
}
