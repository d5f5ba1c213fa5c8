using System.Runtime.CompilerServices;
using System.Text.Json;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Gateway;
using GaiaOrleans.Silo.Events;

namespace GaiaOrleans.Silo.Runs;

/// <summary>
/// A run as a stream: its status whenever it has changed, until it ends. A run lives on another silo than its watcher, so it is asked twice a second. When its
/// silo is lost it shows less than before once: pages that were not stored yet are done again, and a verification begins anew.
/// </summary>
internal static class RunEvents
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    public static async IAsyncEnumerable<StreamItem> Watch(IRunGrain run, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        RunStatus? last = null;
        do
        {
            if (await Status(run, cancellationToken) is not { } status || status == last) continue;
            last = status;
            yield return new("run", JsonSerializer.Serialize(status, GaiaJson.Options));
            if (status.State is RunState.Completed or RunState.Failed or RunState.Cancelled or RunState.Waiting) yield break;
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>Null while the run's silo cannot be reached: the stream goes on with the next one.</summary>
    private static async Task<RunStatus?> Status(IRunGrain run, CancellationToken cancellationToken)
    {
        try
        {
            return await run.Status(cancellationToken);
        }
        catch (Exception e) when (Unanswered.OrRefused(e, cancellationToken))
        {
            return null;
        }
    }
}
