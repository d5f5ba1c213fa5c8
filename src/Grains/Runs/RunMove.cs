using GaiaOrleans.Contracts.Runs;
using GaiaOrleans.Grains.Events;

namespace GaiaOrleans.Grains.Runs;

/// <summary>A change of a run's state, for those who watch the migration.</summary>
public static class RunMove
{
    /// <summary>What the change is called; null = the state is the same.</summary>
    public static string? Between(RunStatus? before, RunStatus next) =>
        next.RunId != before?.RunId ? "started"
        : next.State == before?.State ? null
        : next.State == RunState.Running ? "resumed"
        : next.State.ToString().ToLowerInvariant();

    /// <param name="moves">How many changes of state there have been: the same change is told once, whoever tells it again after a crash.</param>
    public static EventDraft Draft(RunStatus run, string action, long moves) => EventDraft.Of(EventKinds.Run, new
    {
        Action = action,
        Run = run.Kind,
        run.RunId,
        run.State,
        run.Listed,
        run.Done,
        run.Migrated,
        run.Skipped,
        run.Failed,
        run.Mismatched,
        run.Repaired,
        run.DryRun,
        run.Reason,
    }, $"run/{run.Kind}/{moves}");
}
