using GaiaOrleans.Contracts.Guard;
using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Grains.Events;

namespace GaiaOrleans.Grains.Guard;

/// <summary>Something that the guard found or did, with the figures it rests on.</summary>
/// <param name="Action"><c>verdict</c>, <c>pause</c> or <c>rollback</c>.</param>
/// <param name="Before">The verdict before.</param>
/// <param name="ToPercentage">Of a rollback.</param>
public sealed record GuardEntry(DateTimeOffset At, string Action, GuardVerdict Before, GuardReading Reading, decimal? ToPercentage = null)
{
    public const string Turned = "verdict";
    public const string Paused = "pause";
    public const string WentBack = "rollback";

    public EventDraft ToEvent() => EventDraft.Of(EventKinds.Guard, new
    {
        Action,
        Before,
        Reading.Verdict,
        Reading.Observed,
        Reading.Required,
        ErrorRate = new { Go = Reading.GoErrorRate, Python = Reading.PythonErrorRate },
        Sample = new { Go = Reading.GoSample, Python = Reading.PythonSample },
        Reading.SyncLagP95Ms,
        WindowS = Reading.Window.TotalSeconds,
        ToPercentage,
    });
}

/// <summary>What the guard found and did, kept with its inputs.</summary>
/// <exception cref="StorageUnavailableException">Thrown by every member: the database did not answer.</exception>
public interface IGuardStore
{
    /// <summary>The entry and its event, or neither.</summary>
    Task Add(GuardEntry entry, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    Task<IReadOnlyList<GuardEntry>> Newest(int limit, CancellationToken cancellationToken);
}
