using GaiaOrleans.Contracts.Rollouts;

namespace GaiaOrleans.Contracts.Checklist;

/// <summary>What somebody said or did about one line of the checklist, last.</summary>
/// <param name="Passed">A drill's result; an attestation is one by being there.</param>
/// <param name="Note">The attestation's note, the drill's evidence, or what was configured.</param>
/// <param name="Phase">The phase it was given in.</param>
[GenerateSerializer, Immutable, Alias("gaia.checklist.record")]
public sealed record ChecklistRecord(
    [property: Id(0)] string Name,
    [property: Id(1)] bool Passed,
    [property: Id(2)] string? Note,
    [property: Id(3)] string Actor,
    [property: Id(4)] DateTimeOffset At,
    [property: Id(5)] RolloutPhase Phase);

/// <summary>What people attest and drill (key <see cref="Key"/>). The last word on each line stands; the events have all of them.</summary>
[Alias("gaia.checklist")]
public interface IChecklistGrain : IGrainWithStringKey
{
    const string Key = "checklist";

    [Orleans.Concurrency.AlwaysInterleave, Alias("records")]
    Task<ChecklistRecord[]> Records(CancellationToken cancellationToken = default);

    /// <summary>Somebody vouches for a line that no machine can see. The caller's reason is the note.</summary>
    /// <exception cref="Problems.InvalidInputException">No such attestation; names those there are.</exception>
    [Alias("attest")]
    Task<ChecklistRecord> Attest(string name, Caller caller, CancellationToken cancellationToken = default);

    /// <summary>A drill was held. A later one that failed takes back an earlier one that passed.</summary>
    /// <param name="evidence">What shows it: a log, a file, a ticket.</param>
    /// <exception cref="Problems.InvalidInputException">No such drill; names those there are. Or no evidence.</exception>
    [Alias("drill")]
    Task<ChecklistRecord> Drill(string name, bool passed, string? evidence, Caller caller, CancellationToken cancellationToken = default);

    /// <summary>An operator chose a setting that a gate wants chosen, were it the default's value.</summary>
    [Alias("chosen")]
    Task Chosen(string name, string value, Caller caller, CancellationToken cancellationToken = default);
}
